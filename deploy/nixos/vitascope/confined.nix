# What the unit may not do: systemd.exec(5).
{
  NoNewPrivileges = "yes";
  CapabilityBoundingSet = "";
  AmbientCapabilities = "";
  ProtectSystem = "strict";
  PrivateTmp = "yes";
  ProtectClock = "yes";
  ProtectControlGroups = "yes";
  ProtectHostname = "yes";
  ProtectKernelLogs = "yes";
  ProtectKernelModules = "yes";
  ProtectKernelTunables = "yes";
  ProtectProc = "invisible";
  LockPersonality = "yes";
  RemoveIPC = "yes";
  RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
  RestrictNamespaces = "user net";
  RestrictRealtime = "yes";
  RestrictSUIDSGID = "yes";
  SystemCallArchitectures = "native";
  SystemCallFilter = "@system-service";
  SystemCallErrorNumber = "EPERM";
  UMask = "0027";
  PrivateDevices = "yes";
  ProtectHome = "yes";
}
