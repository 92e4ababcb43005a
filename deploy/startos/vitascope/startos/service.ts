// Made from the description of the service; see CONTRIBUTING.md.
export const service = {
  imageId: 'vitascope',
  port: 32400,
  webPath: '/web',
  healthPath: '/identity',
  mounts: [
    { volumeId: 'config', mountpoint: '/config' },
    { volumeId: 'transcode', mountpoint: '/transcode' },
  ],
  backup: { volumes: ['config', 'startos'], without: ['owner-password'] },
  sources: [
    {
      id: 'filebrowser',
      volumeId: 'data',
      mountpoint: '/data/filebrowser',
      versionRange: '>=2.63.2:0',
    },
    {
      id: 'nextcloud',
      volumeId: 'nextcloud',
      mountpoint: '/data/nextcloud',
      versionRange: '>=32.0.8:0',
    },
  ],
  environment: { VITASCOPE_ALLOWED_HOST_NAMES: '.onion', VITASCOPE_TRUST_LOOPBACK: '0' },
  claimSeconds: 240,
  check: {
    name: 'Web UI',
    success: 'The Plex web interface is ready',
    failure: 'The Plex web interface is not ready',
    graceMs: 60000,
  },
  actions: {
    linkAccount: {
      id: 'link-account',
      metadata: {
        name: 'Link Plex Account',
        description: 'Make the owner of this server: with the claim token of an account home, or on the spot with a name and a password.',
        warning: null,
        allowedStatuses: 'any',
        group: null,
        visibility: 'enabled',
      },
    },
    mediaSources: {
      id: 'media-sources',
      metadata: {
        name: 'Select Media Sources',
        description: 'Choose which services the server reads media from. They are mounted read-only.',
        warning: null,
        allowedStatuses: 'any',
        group: null,
        visibility: 'enabled',
      },
    },
    serverName: {
      id: 'server-name',
      metadata: {
        name: 'Set Server Name',
        description: 'The name that apps show for this server (FriendlyName). It takes effect on the next start.',
        warning: null,
        allowedStatuses: 'only-stopped',
        group: null,
        visibility: 'enabled',
      },
    },
  },
  tasks: {
    linkAccount: {
      id: 'link-account',
      severity: 'critical',
      reason: 'The server must be claimed before it can be used',
    },
    mediaSources: {
      id: 'media-sources',
      severity: 'critical',
      reason: 'Choose where the server reads media from',
    },
  },
} as const
