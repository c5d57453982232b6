"""What speaks for a library: packages that are listed, modules that are imported."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.scaffold.folder import Folder
from brownout.scaffold.imports import imports_of
from brownout.scaffold.packages import packages_of


@dataclass(frozen=True)
class Library:
    """Something that an application may be built with: ``packages`` as they are installed, ``modules`` as imported."""

    name: str
    packages: tuple[str, ...]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """Names of packages and modules that an application uses."""

    packages: frozenset[str]
    modules: frozenset[str]

    @classmethod
    def of(cls, folder: Folder) -> Evidence:
        """Everything that a folder lists and imports."""
        return cls(packages_of(folder), imports_of(folder))

    def imported(self, library: Library) -> bool:
        """Whether one of its modules is imported: sources say more than a list."""
        return any(
            module == each or module.startswith((f"{each}.", f"{each}/"))
            for each in library.modules
            for module in self.modules
        )

    def uses(self, library: Library) -> bool:
        """Whether a library is listed or imported."""
        return not self.packages.isdisjoint(library.packages) or self.imported(library)
