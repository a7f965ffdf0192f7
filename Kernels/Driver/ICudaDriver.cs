namespace Preble.Kernels.Driver;

/// <summary>
/// The calls of the CUDA driver API that Preble uses, as narrow as the API itself: the library <c>libcuda</c> on a machine with a GPU, an emulator in
/// tests.
/// <para>Contract. Handles are the driver's, opaque, 0 for none (a stream of 0 is the default stream). No call throws; each says by its result how it
/// ended, and its outputs count only after <see cref="CudaResult.Success"/>. Errors of work on the device are told by a later call, as the driver does,
/// and stay with the context. Calls that need a context take the one that <see cref="ContextSetCurrent"/> gave the calling thread. What a stream was
/// asked for runs in order of the calls, streams run beside each other; memory that an asynchronous call names must live until the work is done.</para>
/// </summary>
public unsafe interface ICudaDriver
{
    /// <summary>Short name for messages: the library's, or <c>emulator</c>.</summary>
    string Name { get; }

    /// <summary>cuInit</summary>
    CudaResult Init();

    /// <summary>cuDriverGetVersion: 1000 * major + 10 * minor.</summary>
    CudaResult DriverVersion(out int version);

    /// <summary>cuGetErrorName, cuGetErrorString: for instance <c>CUDA_ERROR_OUT_OF_MEMORY</c>, <c>out of memory</c>.</summary>
    (string Name, string Text) Describe(CudaResult result);

    /// <summary>cuDeviceGetCount</summary>
    CudaResult DeviceCount(out int count);

    /// <summary>cuDeviceGetName</summary>
    CudaResult DeviceName(out string name, int device);

    /// <summary>cuDeviceGetAttribute</summary>
    CudaResult DeviceAttribute(out int value, DeviceAttribute attribute, int device);

    /// <summary>cuDevicePrimaryCtxRetain</summary>
    CudaResult PrimaryContextRetain(out nint context, int device);

    /// <summary>cuDevicePrimaryCtxRelease</summary>
    CudaResult PrimaryContextRelease(int device);

    /// <summary>cuCtxSetCurrent, for the calling thread.</summary>
    CudaResult ContextSetCurrent(nint context);

    /// <summary>cuCtxSynchronize</summary>
    CudaResult ContextSynchronize();

    /// <summary>cuMemGetInfo, in bytes.</summary>
    CudaResult MemoryInfo(out nuint free, out nuint total);

    /// <summary>cuModuleLoadDataEx with the JIT's logs.</summary>
    /// <param name="module">The module.</param>
    /// <param name="ptx">Text of the module in UTF-8, ended by a 0.</param>
    /// <param name="log">What the JIT says of errors, or else of what it did; empty if nothing.</param>
    CudaResult ModuleLoad(out nint module, ReadOnlySpan<byte> ptx, out string log);

    /// <summary>cuModuleUnload</summary>
    CudaResult ModuleUnload(nint module);

    /// <summary>cuModuleGetFunction</summary>
    CudaResult ModuleFunction(out nint function, nint module, string name);

    /// <summary>cuFuncGetAttribute</summary>
    CudaResult FunctionGetAttribute(out int value, FunctionAttribute attribute, nint function);

    /// <summary>cuFuncSetAttribute</summary>
    CudaResult FunctionSetAttribute(nint function, FunctionAttribute attribute, int value);

    /// <summary>cuOccupancyMaxActiveBlocksPerMultiprocessor</summary>
    CudaResult BlocksPerMultiprocessor(out int blocks, nint function, int threads, nuint dynamicSharedBytes);

    /// <summary>cuLaunchKernel</summary>
    /// <param name="function">The kernel.</param>
    /// <param name="grid">Blocks.</param>
    /// <param name="block">Threads of a block.</param>
    /// <param name="dynamicSharedBytes">Shared memory beyond what the kernel declares.</param>
    /// <param name="stream">Where.</param>
    /// <param name="arguments">A pointer to each argument; read before the call returns.</param>
    CudaResult Launch(nint function, Dim3 grid, Dim3 block, int dynamicSharedBytes, nint stream, void** arguments);

    /// <summary>cuMemAlloc; at least 256-byte aligned, not initialised.</summary>
    CudaResult MemoryAllocate(out DevicePointer pointer, nuint bytes);

    /// <summary>cuMemFree</summary>
    CudaResult MemoryFree(DevicePointer pointer);

    /// <summary>cuMemHostAlloc: page-locked memory of the host.</summary>
    CudaResult HostAllocate(out nint pointer, nuint bytes);

    /// <summary>cuMemFreeHost</summary>
    CudaResult HostFree(nint pointer);

    /// <summary>cuMemcpyHtoDAsync</summary>
    CudaResult CopyToDevice(DevicePointer target, void* source, nuint bytes, nint stream);

    /// <summary>cuMemcpyDtoHAsync</summary>
    CudaResult CopyToHost(void* target, DevicePointer source, nuint bytes, nint stream);

    /// <summary>cuMemcpyDtoDAsync</summary>
    CudaResult CopyOnDevice(DevicePointer target, DevicePointer source, nuint bytes, nint stream);

    /// <summary>cuMemsetD32Async</summary>
    CudaResult Fill(DevicePointer target, uint value, nuint count, nint stream);

    /// <summary>cuStreamCreate, not synchronising with the default stream.</summary>
    CudaResult StreamCreate(out nint stream);

    /// <summary>cuStreamDestroy</summary>
    CudaResult StreamDestroy(nint stream);

    /// <summary>cuStreamSynchronize</summary>
    CudaResult StreamSynchronize(nint stream);

    /// <summary>cuStreamWaitEvent</summary>
    CudaResult StreamWait(nint stream, nint @event);

    /// <summary>cuStreamBeginCapture, thread-local mode.</summary>
    CudaResult StreamBeginCapture(nint stream);

    /// <summary>cuStreamEndCapture</summary>
    CudaResult StreamEndCapture(nint stream, out nint graph);

    /// <summary>cuEventCreate; who waits for the event sleeps.</summary>
    /// <param name="event">The event.</param>
    /// <param name="timed">Whether <see cref="EventElapsed"/> will ask it.</param>
    CudaResult EventCreate(out nint @event, bool timed);

    /// <summary>cuEventDestroy</summary>
    CudaResult EventDestroy(nint @event);

    /// <summary>cuEventRecord</summary>
    CudaResult EventRecord(nint @event, nint stream);

    /// <summary>cuEventQuery: <see cref="CudaResult.NotReady"/> while the event is still to come.</summary>
    CudaResult EventQuery(nint @event);

    /// <summary>cuEventSynchronize</summary>
    CudaResult EventSynchronize(nint @event);

    /// <summary>cuEventElapsedTime, in milliseconds.</summary>
    CudaResult EventElapsed(out float milliseconds, nint start, nint end);

    /// <summary>cuGraphInstantiate</summary>
    CudaResult GraphInstantiate(out nint executable, nint graph);

    /// <summary>cuGraphDestroy</summary>
    CudaResult GraphDestroy(nint graph);

    /// <summary>cuGraphLaunch</summary>
    CudaResult GraphLaunch(nint executable, nint stream);

    /// <summary>cuGraphExecDestroy</summary>
    CudaResult GraphExecutableDestroy(nint executable);
}
