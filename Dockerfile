# A silo for clusters of several machines. Roles and addresses come from the environment; see docker-compose.yml.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish Silo -c Release -p:ActorRuntime=Orleans -o /preble

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /preble
COPY --from=build /preble .
USER $APP_UID
EXPOSE 8080
ENV ASPNETCORE_URLS=http://127.0.0.1:8080

# The image has no HTTP client; bash reads the status line.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /health/ready HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]

ENTRYPOINT ["dotnet", "Preble.Silo.dll"]
