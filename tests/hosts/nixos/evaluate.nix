# Evaluates the deployment as NixOS would, with as much of its library as the files use: options get what a configuration
# says or their defaults, of the right type, and what is no option is an error. Paths of packages are made up.
{
  folder,
  python,
  services ? null,
}:

let
  inherit (builtins)
    all
    attrNames
    concatStringsSep
    elem
    filter
    hasAttr
    isAttrs
    isBool
    isList
    isPath
    isString
    listToAttrs
    map
    mapAttrs
    substring
    ;

  type = name: check: { inherit name check; };

  lib = {
    mkIf = condition: content: if condition then content else { };
    mkOption = option: option;
    mkEnableOption = description: {
      inherit description;
      type = lib.types.bool;
      default = false;
    };
    mkRemovedOptionModule = path: message: {
      removed = concatStringsSep "." path;
      inherit message;
    };
    literalExpression = text: text;
    concatMapStringsSep =
      separator: function: list:
      concatStringsSep separator (map function list);
    escapeShellArg = text: "'${text}'";
    makeBinPath = packages: concatStringsSep ":" (map (package: "${package}/bin") packages);
    licenses.asl20 = "asl20";
    platforms.linux = [ "x86_64-linux" ];
    types = {
      str = type "string" isString;
      bool = type "boolean" isBool;
      package = type "package" (value: isString value || isAttrs value);
      path = type "path" (value: isPath value || (isString value && substring 0 1 value == "/"));
      listOf = inner: type "list of ${inner.name}" (value: isList value && all inner.check value);
      attrsOf =
        inner:
        type "attributes of ${inner.name}" (value: isAttrs value && all (name: inner.check value.${name}) (attrNames value));
    };
  };

  pkgs = {
    rclone = "/nix/store/rclone";
    htop = "/nix/store/htop";
    age = "/nix/store/age";
    zstd = "/nix/store/zstd";
    fuse = "/nix/store/fuse";
    fuse3 = "/nix/store/fuse3";
    unzip = "/nix/store/unzip";
    fetchurl = what: what;
    stdenv.mkDerivation = what: "/nix/store/sum-${what.name}";
    writeShellScriptBin = name: text: { inherit name text; };
    callPackage = file: _: "/nix/store/${(package file).pname}";
  };

  package =
    file:
    import file {
      inherit lib;
      ffmpeg = "/nix/store/ffmpeg";
      fuse3 = pkgs.fuse3;
      rclone = pkgs.rclone;
      wheel = "/vitascope.whl";
      python3Packages =
        listToAttrs (
          map (name: {
            inherit name;
            value = name;
          }) python
        )
        // {
          buildPythonApplication = what: what;
        };
    };

  configuration = import (folder + "/configuration.nix") { inherit config lib pkgs; };
  wanted = if services == null then configuration.services else services;

  module = import (folder + "/module.nix") { inherit config lib pkgs; };
  options = module.options.services.vitascope;
  given = wanted.vitascope or { };
  unknown = filter (name: !hasAttr name options) (attrNames given);
  chosen = mapAttrs (
    name: option:
    let
      value = given.${name} or option.default;
    in
    if option.type.check value then value else throw "services.vitascope.${name} is no ${option.type.name}"
  ) options;

  config = {
    services = {
      vitascope =
        if unknown == [ ] then chosen else throw "services.vitascope.${concatStringsSep ", " unknown} does not exist";
      plex = wanted.plex or { };
    };
    ids.uids.plex = 193;
    ids.gids.plex = 193;
  };
in
{
  configuration = removeAttrs configuration [ "imports" ];
  module = if builtins.pathExists (folder + "/module.nix") then { inherit (module) imports config; } else null;
  package = package (folder + "/package.nix");
}
