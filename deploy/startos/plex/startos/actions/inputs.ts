import { sdk } from '../sdk'

// Made from the description of the service; see CONTRIBUTING.md.
const { InputSpec, Value } = sdk

export const linkAccountInput = InputSpec.of({
  claimToken: Value.text({
    name: 'Claim Token',
    description: 'Starts with claim- and is used once.',
    required: true,
    default: null,
    masked: true,
    placeholder: 'claim-xxxxxxxxxxxxxxxxxxxx',
    minLength: null,
    maxLength: 255,
    patterns: [{ regex: '^(?:claim-[A-Za-z0-9_-]{20})$', description: 'claim- and 20 characters' }],
  }),
})

export const mediaSourcesInput = InputSpec.of({
  mediaSources: Value.multiselect({
    name: 'Media Sources',
    description: 'At least one.',
    default: [],
    values: { filebrowser: 'File Browser', nextcloud: 'Nextcloud' },
    minLength: 1,
  }),
})

export const serverNameInput = InputSpec.of({
  name: Value.text({
    name: 'Server Name',
    description: '1 to 64 characters.',
    required: true,
    default: null,
    masked: false,
    placeholder: 'Living Room',
    minLength: null,
    maxLength: 64,
    patterns: [],
  }),
})
