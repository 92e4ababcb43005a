# A whole machine: media on object storage, Vitascope, HTTPS.
# What is to be changed stands at the top.
{
  config,
  lib,
  pkgs,
  ...
}:

let
  domain = "plex.media.drc.nz";
  email = "admin@example.org";
  bucket = "my-bucket";
  mount = "/mnt/media";
  rcloneConfig = "/etc/secrets/rclone.conf";

  vitascope = pkgs.callPackage ./package.nix { };

  # An agent for audiobooks, by its commit and sum.
  audiobooksPlugin = pkgs.stdenv.mkDerivation {
    name = "Audiobooks.bundle";
    src = pkgs.fetchurl {
      url = "https://github.com/macr0dev/Audiobooks.bundle/archive/9b1de6b66cd8fe11c7d27623d8579f43df9f8b86.zip";
      sha256 = "539492e3b06fca2ceb5f0cb6c5e47462d38019317b242f6f74d55c3b2d5f6e1d";
    };
    buildInputs = [ pkgs.unzip ];
    installPhase = "mkdir -p $out; cp -R * $out/";
  };
in
{
  imports = [
    ./hardware-configuration.nix
    ./module.nix
  ];

  # The machine.
  networking.hostName = "plex";
  time.timeZone = "America/New_York";
  boot.tmp.cleanOnBoot = true;
  environment.systemPackages = [
    pkgs.rclone
    pkgs.htop
    pkgs.age
    pkgs.zstd
  ];
  services.openssh.enable = true;
  services.openssh.settings.PasswordAuthentication = false;
  system.stateVersion = "24.11";

  # Upgrades itself at night, after the backup.
  system.autoUpgrade = {
    enable = true;
    dates = "04:00";
    allowReboot = false;
  };

  # The bucket as a folder. rclone's configuration holds a key: it is root's alone (0600) and not in this
  # file, which ends in the store, where everybody on the machine may read it. README.md makes it.
  systemd.services.plex_media = {
    enable = true;
    description = "Mount media dir";
    wantedBy = [ "multi-user.target" ];
    wants = [ "network-online.target" ];
    after = [ "network-online.target" ];
    path = [ pkgs.fuse pkgs.fuse3 ];
    serviceConfig = {
      ExecStartPre = "/run/current-system/sw/bin/mkdir -p ${mount}";
      ExecStart = ''
        ${pkgs.rclone}/bin/rclone mount 'b2:${bucket}/' ${mount} \
          --config=${rcloneConfig} \
          --allow-other \
          --allow-non-empty \
          --log-level=INFO \
          --buffer-size=50M \
          --drive-acknowledge-abuse=true \
          --no-modtime \
          --vfs-cache-mode full \
          --vfs-cache-max-size 20G \
          --vfs-read-chunk-size=32M \
          --vfs-read-chunk-size-limit=256M
      '';
      ExecStop = "/run/wrappers/bin/fusermount -u ${mount}";
      Type = "notify";
      Restart = "always";
      RestartSec = "10s";
    };
  };

  # The server. NixOS' own module runs it too, without the confinement:
  #   services.plex = { enable = true; package = vitascope; dataDir = "/var/lib/plex"; };
  services.vitascope = {
    enable = true;
    package = vitascope;
    dataDir = "/var/lib/plex";
    openFirewall = false;
    user = "plex";
    group = "plex";
    extraPlugins = [ audiobooksPlugin ];
    environment = {
      ADVERTISE_IP = "https://${domain}:443";
      VITASCOPE_ALLOWED_HOST_NAMES = domain;
      VITASCOPE_TRUSTED_PROXIES = "127.0.0.1,::1";
      VITASCOPE_ACCEL_PREFIX = "/files/";
    };
  };
  systemd.services.vitascope = {
    wants = [ "plex_media.service" ];
    after = [ "plex_media.service" ];
  };

  # The firewall: the original's ports, but for the one that nginx stands before.
  networking.firewall = {
    allowedTCPPorts = [ 3005 8324 32469 80 443 ];
    allowedUDPPorts = [ 1900 5353 32410 32412 32413 32414 ];
  };

  # The certificate. The terms: https://letsencrypt.org/repository/
  security.acme.acceptTerms = true;
  security.acme.defaults.email = email;

  # HTTPS. A location with a header of its own drops those from above (NixOS writes some into each), so what
  # players say of themselves and what every answer gets stand in each.
  services.nginx = {
    enable = true;
    recommendedGzipSettings = true;
    recommendedOptimisation = true;
    recommendedProxySettings = true;
    recommendedTlsSettings = true;
    sslCiphers = "AES256+EECDH:AES256+EDH:!aNULL";
    commonHttpConfig = ''
      # HSTS belongs to HTTPS only. An empty header is not sent.
      map $scheme $plex_hsts {
          https "max-age=31536000; includeSubdomains; preload";
      }
      # The server's own policy, where it sends one.
      map $upstream_http_content_security_policy $plex_policy {
          "" "script-src 'self'; object-src 'none'; base-uri 'none';";
          default $upstream_http_content_security_policy;
      }
      add_header Strict-Transport-Security $plex_hsts always;
      add_header Referrer-Policy origin-when-cross-origin always;
      add_header X-Frame-Options DENY always;
      add_header X-Content-Type-Options nosniff always;
      add_header X-XSS-Protection "1; mode=block" always;
      add_header Content-Security-Policy $plex_policy always;
    '';
    virtualHosts = {
      ${domain} = {
        forceSSL = true;
        enableACME = true;
        extraConfig = ''
          # Some players open no new connection after a long pause: theirs is kept.
          send_timeout 100m;
        '';
        locations = {
          "/" = {
            proxyPass = "http://localhost:32400";
            proxyWebsockets = true;
            extraConfig = ''
              proxy_set_header X-Plex-Client-Identifier $http_x_plex_client_identifier;
              proxy_set_header X-Plex-Device $http_x_plex_device;
              proxy_set_header X-Plex-Device-Name $http_x_plex_device_name;
              proxy_set_header X-Plex-Platform $http_x_plex_platform;
              proxy_set_header X-Plex-Platform-Version $http_x_plex_platform_version;
              proxy_set_header X-Plex-Product $http_x_plex_product;
              proxy_set_header X-Plex-Token $http_x_plex_token;
              proxy_set_header X-Plex-Version $http_x_plex_version;
              proxy_set_header X-Plex-Nocache $http_x_plex_nocache;
              proxy_set_header X-Plex-Provides $http_x_plex_provides;
              proxy_set_header X-Plex-Device-Vendor $http_x_plex_device_vendor;
              proxy_set_header X-Plex-Model $http_x_plex_model;
              # Whether nginx sends files by itself; what a client says of it does not count.
              proxy_set_header X-Sendfile-Type X-Accel-Redirect;
              # What the server sends goes to the client at once.
              proxy_buffering off;
              proxy_request_buffering off;
              proxy_redirect off;
              # Each of these once, whatever the server sends.
              proxy_hide_header Strict-Transport-Security;
              proxy_hide_header Referrer-Policy;
              proxy_hide_header X-Frame-Options;
              proxy_hide_header X-Content-Type-Options;
              proxy_hide_header X-XSS-Protection;
              proxy_hide_header Content-Security-Policy;
              add_header Strict-Transport-Security $plex_hsts always;
              add_header Referrer-Policy origin-when-cross-origin always;
              add_header X-Frame-Options DENY always;
              add_header X-Content-Type-Options nosniff always;
              add_header X-XSS-Protection "1; mode=block" always;
              add_header Content-Security-Policy $plex_policy always;
            '';
          };
          "/files${mount}/" = {
            alias = "${mount}/";
            extraConfig = ''
              internal;
              disable_symlinks on from=${mount}/;
              add_header Access-Control-Allow-Origin $upstream_http_access_control_allow_origin always;
              add_header Strict-Transport-Security $plex_hsts always;
              add_header Referrer-Policy origin-when-cross-origin always;
              add_header X-Frame-Options DENY always;
              add_header X-Content-Type-Options nosniff always;
              add_header X-XSS-Protection "1; mode=block" always;
              add_header Content-Security-Policy $plex_policy always;
            '';
          };
        };
      };
    };
  };

  # A backup each night, encrypted for the keys in /etc/vitascope/recipients.txt (age).
  systemd.services.plex-backup = {
    description = "Backup of Vitascope";
    startAt = "*-*-* 03:00:00";
    environment = {
      PLEX_MEDIA_SERVER_APPLICATION_SUPPORT_DIR = "/var/lib/plex";
    };
    serviceConfig = {
      Type = "oneshot";
      ExecStart = "${vitascope}/bin/vitascope backup create --engine vitascope --manager systemd:vitascope.service --config /var/lib/plex --to /data/backups/config/plex --keep 7d,4w,12m --recipients-file /etc/vitascope/recipients.txt";
      Nice = 10;
      IOSchedulingClass = "idle";
      UMask = "0077";
      TimeoutStartSec = "4h";
    };
  };
  systemd.timers.plex-backup.timerConfig.Persistent = true;
}
