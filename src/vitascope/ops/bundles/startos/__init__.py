"""A whole package for StartOS: its code in TypeScript against the SDK, its papers, and how it is packed.

One package holds every variant: which one is packed says the environment (``VARIANT``); the option only sets what is
packed when nothing is said. Values come from the description of the service, the code is the same for both engines but
for what a server is claimed with. Packing itself needs StartOS's own tool; everything else is checked with the SDK.
"""

from vitascope.ops.bundles.model import Bundle, BundleFile, BundleOptions
from vitascope.ops.bundles.startos import typescript
from vitascope.ops.bundles.startos.readme import readme
from vitascope.ops.bundles.startos.reference import makefile, reference
from vitascope.ops.bundles.static import texts


def files(options: BundleOptions) -> Bundle:
    """The folder that ``make`` packs."""
    service = options.service
    made = {
        "Makefile": makefile(service),
        "README.md": readme(service),
        "reference.yaml": reference(service),
        "startos/actions/inputs.ts": typescript.inputs(service),
        "startos/manifest/index.ts": typescript.manifest(options),
        "startos/service.ts": typescript.service_values(service),
        "startos/versions/current.ts": typescript.version(),
    }
    return Bundle(
        files={
            **texts(__name__, service, "package/common"),
            **texts(__name__, service, f"package/{service.engine.value}"),
            **{path: BundleFile(text=text) for path, text in made.items()},
        }
    )
