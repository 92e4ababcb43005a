# services.vitascope: the options of services.plex of NixOS, and a unit that is confined.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.vitascope;

  # The command line, told where this server keeps its files: `vitascope claim-token`, `vitascope doctor`.
  commandLine = pkgs.writeShellScriptBin "vitascope" ''
    export VITASCOPE_CONFIG=${lib.escapeShellArg cfg.dataDir}
    export PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR=${lib.escapeShellArg cfg.dataDir}
    exec ${cfg.package}/bin/vitascope "$@"
  '';
in
{
  imports = [
    (lib.mkRemovedOptionModule [
      "services"
      "vitascope"
      "managePlugins"
    ] "Please omit or define the option: `services.vitascope.extraPlugins' instead.")
  ];

  options.services.vitascope = {
    enable = lib.mkEnableOption "Vitascope, a media server that speaks the Plex Media Server API";

    dataDir = lib.mkOption {
      type = lib.types.str;
      default = "/var/lib/plex";
      description = "The directory where the server keeps its files, in `Plex Media Server`, as the original does.";
    };

    openFirewall = lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Open ports in the firewall for the media server.";
    };

    user = lib.mkOption {
      type = lib.types.str;
      default = "plex";
      description = "User account under which the server runs.";
    };

    group = lib.mkOption {
      type = lib.types.str;
      default = "plex";
      description = "Group under which the server runs.";
    };

    extraPlugins = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [ ];
      description = ''
        Plug-in bundles to be linked into the server's plug-in directory. When the unit starts, all links in that
        directory are removed and these are made. A bundle is recognised and never executed.
      '';
    };

    extraScanners = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [ ];
      description = ''
        Folders with `Scanners` in them, to be linked into the server's scanners directory in the same way. They are
        kept for the original, should it come back: this server has scanners of its own.
      '';
    };

    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.callPackage ./package.nix { };
      defaultText = lib.literalExpression "pkgs.callPackage ./package.nix { }";
      description = "The package to use.";
    };

    environment = lib.mkOption {
      type = lib.types.attrsOf lib.types.str;
      default = { };
      example = {
        VITASCOPE_ALLOWED_HOST_NAMES = "plex.example.org";
      };
      description = "Settings of the command line as variables (`VITASCOPE_*`). No secrets: the store is for all to read.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = !(config.services.plex.enable or false);
        message = "services.plex and services.vitascope want the same port: enable one of them.";
      }
    ];

    environment.systemPackages = [ commandLine ];

    systemd.tmpfiles.rules = [ "d '${cfg.dataDir}' 0755 ${cfg.user} ${cfg.group} - -" ];

    systemd.services.vitascope = {
      description = "Vitascope media server";
      after = [ "network-online.target" ];
      wants = [ "network-online.target" ];
      wantedBy = [ "multi-user.target" ];

      environment = {
        PLEX_DATADIR = cfg.dataDir;
        PLEX_PLUGINS = lib.concatMapStringsSep ":" toString cfg.extraPlugins;
        PLEX_SCANNERS = lib.concatMapStringsSep ":" toString cfg.extraScanners;
        PLEX_MEDIA_SERVER_USE_SYSLOG = "true";
        LD_LIBRARY_PATH = "/run/opengl-driver/lib";
        HOME = cfg.dataDir;
      }
      // cfg.environment;

      serviceConfig = import ./confined.nix // {
        Type = "exec";
        User = cfg.user;
        Group = cfg.group;
        ExecStart = "${cfg.package}/bin/plexmediaserver";
        KillSignal = "SIGQUIT";
        Restart = "on-failure";
        RestartSec = "10s";
        TimeoutStopSec = "60";
        ReadWritePaths = [ cfg.dataDir ];
      };
    };

    networking.firewall = lib.mkIf cfg.openFirewall {
      allowedTCPPorts = [
        32400
        3005
        8324
        32469
      ];
      allowedUDPPorts = [
        1900
        5353
        32410
        32412
        32413
        32414
      ];
    };

    users.users = lib.mkIf (cfg.user == "plex") {
      plex = {
        group = cfg.group;
        uid = config.ids.uids.plex;
      };
    };

    users.groups = lib.mkIf (cfg.group == "plex") {
      plex.gid = config.ids.gids.plex;
    };
  };
}
