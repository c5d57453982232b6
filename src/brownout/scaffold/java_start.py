"""How an application of Spring Boot is started: by Maven or by Gradle, the project's own where it has one."""

from __future__ import annotations

from collections.abc import Iterator

from brownout.scaffold.folder import Folder
from brownout.scaffold.frameworks import Framework
from brownout.scaffold.start import PORT, Start

_BUILDS = (
    ("pom.xml", "mvnw", "mvn", ("-q", "spring-boot:run")),
    ("build.gradle", "gradlew", "gradle", ("-q", "bootRun")),
    ("build.gradle.kts", "gradlew", "gradle", ("-q", "bootRun")),
)


def java_starts(folder: Folder, frameworks: tuple[Framework, ...]) -> Iterator[Start]:
    """Commands of the build tools that the project is written for."""
    spring = next((each for each in frameworks if each.language == "java"), None)
    for file, own, program, words in _BUILDS if spring else ():
        if spring and folder.has(file):
            first = f"./{own}" if folder.has(own) else program
            yield Start((first, *words), file, spring.patience, {"SERVER_PORT": PORT})
