"""``vitascope image check``: an image against a contract."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vitascope.cli.failure import CommandError
from vitascope.ops.image import ContractError, ImageError, contract_of, examine, open_image


def check(name: str, contract: str, platform: str | None) -> None:
    """Prints every item of the contract; raises :class:`CommandError` when the image does not keep it."""
    try:
        terms = contract_of(contract)
        image = open_image(name, platform=platform)
    except (ContractError, ImageError) as error:
        raise CommandError(str(error), exit_code=2) from error
    findings = examine(image, terms)
    table = Table("", "item", "found", "wanted", box=None, pad_edge=False)
    for one in findings:
        mark = Text("ok", "green") if one.kept else Text("NO", "bold red")
        table.add_row(mark, Text(one.item), Text(one.found), Text("" if one.kept else one.wanted))
    console = Console(highlight=False, emoji=False)
    console.print(
        Text(f"{name}: {image.os}/{image.architecture}, {image.size_bytes / 1e6:.0f} MB, {len(image.files)} files")
    )
    console.print(table)
    broken = sum(not one.kept for one in findings)
    if broken:
        raise CommandError(f"{name} does not keep {broken} of the {len(findings)} items of the contract {terms.name}")
    console.print(Text(f"{name} keeps the contract {terms.name} ({len(findings)} items)"))
