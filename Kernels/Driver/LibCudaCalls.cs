using System.Runtime.InteropServices;

namespace Preble.Kernels.Driver;

/// <summary>The calls of libcuda that are used, as cuda.h declares them, in its current versions. All have been there since CUDA 11.4.</summary>
internal static unsafe partial class LibCudaCalls
{
    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuInit")]
    internal static partial int Init(uint flags);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuDriverGetVersion")]
    internal static partial int DriverGetVersion(int* version);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuGetErrorName")]
    internal static partial int GetErrorName(int error, byte** text);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuGetErrorString")]
    internal static partial int GetErrorString(int error, byte** text);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuDeviceGetCount")]
    internal static partial int DeviceGetCount(int* count);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuDeviceGetName")]
    internal static partial int DeviceGetName(byte* name, int length, int device);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuDeviceGetAttribute")]
    internal static partial int DeviceGetAttribute(int* value, int attribute, int device);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuDevicePrimaryCtxRetain")]
    internal static partial int DevicePrimaryCtxRetain(nint* context, int device);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    internal static partial int DevicePrimaryCtxRelease(int device);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuCtxSetCurrent")]
    internal static partial int CtxSetCurrent(nint context);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuCtxSynchronize")]
    internal static partial int CtxSynchronize();

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemGetInfo_v2")]
    internal static partial int MemGetInfo(nuint* free, nuint* total);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuModuleLoadDataEx")]
    internal static partial int ModuleLoadDataEx(nint* module, byte* image, uint options, int* names, nint* values);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuModuleUnload")]
    internal static partial int ModuleUnload(nint module);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ModuleGetFunction(nint* function, nint module, string name);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuFuncGetAttribute")]
    internal static partial int FuncGetAttribute(int* value, int attribute, nint function);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuFuncSetAttribute")]
    internal static partial int FuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuOccupancyMaxActiveBlocksPerMultiprocessor")]
    internal static partial int OccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, nint function, int threads, nuint dynamicSharedBytes);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuLaunchKernel")]
    internal static partial int LaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments, void** extra);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemAlloc_v2")]
    internal static partial int MemAlloc(ulong* pointer, nuint bytes);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemFree_v2")]
    internal static partial int MemFree(ulong pointer);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemHostAlloc")]
    internal static partial int MemHostAlloc(nint* pointer, nuint bytes, uint flags);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemFreeHost")]
    internal static partial int MemFreeHost(nint pointer);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    internal static partial int MemcpyHtoDAsync(ulong target, void* source, nuint bytes, nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    internal static partial int MemcpyDtoHAsync(void* target, ulong source, nuint bytes, nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemcpyDtoDAsync_v2")]
    internal static partial int MemcpyDtoDAsync(ulong target, ulong source, nuint bytes, nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuMemsetD32Async")]
    internal static partial int MemsetD32Async(ulong target, uint value, nuint count, nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuStreamCreate")]
    internal static partial int StreamCreate(nint* stream, uint flags);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuStreamDestroy_v2")]
    internal static partial int StreamDestroy(nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuStreamSynchronize")]
    internal static partial int StreamSynchronize(nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuStreamWaitEvent")]
    internal static partial int StreamWaitEvent(nint stream, nint @event, uint flags);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuStreamBeginCapture_v2")]
    internal static partial int StreamBeginCapture(nint stream, int mode);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuStreamEndCapture")]
    internal static partial int StreamEndCapture(nint stream, nint* graph);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuEventCreate")]
    internal static partial int EventCreate(nint* @event, uint flags);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuEventDestroy_v2")]
    internal static partial int EventDestroy(nint @event);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuEventRecord")]
    internal static partial int EventRecord(nint @event, nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuEventQuery")]
    internal static partial int EventQuery(nint @event);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuEventSynchronize")]
    internal static partial int EventSynchronize(nint @event);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuEventElapsedTime")]
    internal static partial int EventElapsedTime(float* milliseconds, nint start, nint end);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuGraphInstantiateWithFlags")]
    internal static partial int GraphInstantiateWithFlags(nint* executable, nint graph, ulong flags);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuGraphDestroy")]
    internal static partial int GraphDestroy(nint graph);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuGraphLaunch")]
    internal static partial int GraphLaunch(nint executable, nint stream);

    [LibraryImport(NativeLibraries.Cuda, EntryPoint = "cuGraphExecDestroy")]
    internal static partial int GraphExecDestroy(nint executable);
}
