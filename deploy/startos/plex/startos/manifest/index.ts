import { setupManifest, T } from '@start9labs/start-sdk'

// Made from the description of the service; see CONTRIBUTING.md.
type Variant = 'generic' | 'nvidia' | 'intel' | 'amd'

/** One package for each accelerator, all under one version: the build names it in the environment. */
const variant = (process.env.VARIANT || 'generic') as Variant

const images: Record<Variant, T.SDKManifest['images'][string]> = {
  generic: {
    source: { dockerTag: 'docker.io/plexinc/pms-docker:latest' },
    arch: ['x86_64', 'aarch64'],
    emulateMissingAs: null,
  },
  nvidia: {
    source: { dockerTag: 'docker.io/plexinc/pms-docker:latest' },
    arch: ['x86_64'],
    emulateMissingAs: null,
    nvidiaContainer: true,
  },
  intel: {
    source: { dockerTag: 'docker.io/plexinc/pms-docker:latest' },
    arch: ['x86_64'],
    emulateMissingAs: null,
  },
  amd: {
    source: { dockerTag: 'docker.io/plexinc/pms-docker:latest' },
    arch: ['x86_64'],
    emulateMissingAs: null,
  },
}
if (!(variant in images)) throw new Error(`There is no variant ${String(variant)}`)

const devices: Partial<Record<Variant, T.DeviceFilter[]>> = {
  nvidia: [
    {
      class: 'display',
      product: null,
      vendor: null,
      driver: 'nvidia',
      description: 'NVIDIA GPU',
    },
  ],
  intel: [
    {
      class: 'display',
      product: null,
      vendor: null,
      driver: 'i915',
      description: 'Intel GPU (i915)',
    },
  ],
  amd: [
    {
      class: 'display',
      product: null,
      vendor: null,
      driver: 'amdgpu',
      description: 'AMD GPU (amdgpu)',
    },
  ],
}

export const manifest = setupManifest({
  id: 'plex',
  title: 'Plex',
  license: 'Apache-2.0',
  packageRepo: 'https://vitascope.invalid',
  upstreamRepo: 'https://github.com/plexinc/pms-docker',
  marketingUrl: 'https://www.plex.tv',
  donationUrl: null,
  description: {
    short: { en_US: 'Organize your video, music and photos, and stream them to Plex apps' },
    long: {
      en_US: 'Plex Media Server organizes your personal video, music, and photo collections and streams them to Plex apps on phones, tablets, smart TVs, streaming devices, game consoles, and the web. This package wraps the official plexinc/pms-docker image and runs it on StartOS, keeping your media private and on hardware you control.',
    },
  },
  volumes: ['config', 'transcode', 'startos'],
  images: { plex: images[variant] },
  hardwareAcceleration: true,
  hardwareRequirements: { device: devices[variant] ?? [] },
  dependencies: {
    filebrowser: { description: { en_US: 'Read media from File Browser' }, optional: true, s9pk: null },
    nextcloud: { description: { en_US: 'Read media from Nextcloud' }, optional: true, s9pk: null },
  },
})
