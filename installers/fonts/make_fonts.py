"""Make the TrueType files of resources/fonts/ from pinned packages, the same bytes every time.

The packages are fetched with the ordinary clients (see README.md beside this file) into one folder;
this script checks their SHA-256, takes the static files out of the npm packages, makes static
instances of the variable Noto Sans with fontTools, and copies the licence texts.

    python installers/fonts/make_fonts.py PACKAGES resources/fonts
"""

from __future__ import annotations

import argparse
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGES = {
    "fontpkg_noto_sans-2.15-py3-none-any.whl": "54016cb4dfbfdd8f0cae3d71a9401a73e786a473debd12f1d79067e349c9a4a3",
    "expo-google-fonts-noto-sans-mono-0.4.2.tgz": "fc1ae36c3c68e50fa7c12a37e987d7fa1325d280969912d181548ff8f1ce2e2b",
    "expo-google-fonts-noto-sans-sc-0.4.3.tgz": "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    "expo-google-fonts-noto-sans-tc-0.4.3.tgz": "e7532a3a43a6c660ee0351a167b99fe0da52f20b4940fb3fc067ed7c5bd594bf",
    "expo-google-fonts-noto-sans-jp-0.4.3.tgz": "563ee80509692e2b2f42ceae6a0b82afecb90daa1b3d025bcebdf3d9120f43a3",
    "expo-google-fonts-noto-sans-kr-0.4.3.tgz": "7614af529705ea48e8b76cb3b056b92db66b7625ef3fc97ce76366063df94d3f",
    "expo-google-fonts-noto-sans-arabic-0.4.3.tgz": "29e966f9d48a4ce7dd3c2c4c016f29cd888089538217303fb2c87de9e7f048ed",
    "expo-google-fonts-noto-sans-hebrew-0.4.1.tgz": "f82f8e852e3355521c511f2762a0130216d208d108bf4739aa977eb6a6d3012c",
    "expo-google-fonts-noto-sans-thai-0.4.2.tgz": "44282ae7c24587e7e50f083e5db3aafa8011ac2eac1159ef62be4fc516a66165",
}
"""File name of each package and the SHA-256 that it must have."""

_WHEEL = "fontpkg_noto_sans-2.15-py3-none-any.whl"
_UPRIGHT = "fontpkg_noto_sans/files/NotoSans[wdth,wght].ttf"
_ITALIC = "fontpkg_noto_sans/files/NotoSans-Italic[wdth,wght].ttf"
INSTANCES = {
    "NotoSans-Regular.ttf": (_UPRIGHT, "Noto Sans", "Regular", {"wdth": 100.0, "wght": 400.0}),
    "NotoSans-Bold.ttf": (_UPRIGHT, "Noto Sans", "Bold", {"wdth": 100.0, "wght": 700.0}),
    "NotoSans-Italic.ttf": (_ITALIC, "Noto Sans", "Italic", {"wdth": 100.0, "wght": 400.0}),
    "NotoSans-SemiCondensed.ttf": (_UPRIGHT, "Noto Sans SemiCondensed", "Regular", {"wdth": 87.5, "wght": 400.0}),
    "NotoSans-SemiCondensedBold.ttf": (_UPRIGHT, "Noto Sans SemiCondensed", "Bold", {"wdth": 87.5, "wght": 700.0}),
}
"""Static instances: file, source inside the wheel, family, style, place on the axes."""

STATICS = {
    "NotoSansMono-Regular.ttf": ("mono-0.4.2", "400Regular/NotoSansMono_400Regular.ttf", "Noto Sans Mono", "Regular"),
    "NotoSansMono-Bold.ttf": ("mono-0.4.2", "700Bold/NotoSansMono_700Bold.ttf", "Noto Sans Mono", "Bold"),
    "NotoSansSC-Regular.ttf": ("sc-0.4.3", "400Regular/NotoSansSC_400Regular.ttf", "Noto Sans SC", "Regular"),
    "NotoSansTC-Regular.ttf": ("tc-0.4.3", "400Regular/NotoSansTC_400Regular.ttf", "Noto Sans TC", "Regular"),
    "NotoSansJP-Regular.ttf": ("jp-0.4.3", "400Regular/NotoSansJP_400Regular.ttf", "Noto Sans JP", "Regular"),
    "NotoSansKR-Regular.ttf": ("kr-0.4.3", "400Regular/NotoSansKR_400Regular.ttf", "Noto Sans KR", "Regular"),
    **{
        f"NotoSans{script}-{style}.ttf": (
            f"{script.lower()}-{version}",
            f"{weight}{style}/NotoSans{script}_{weight}{style}.ttf",
            f"Noto Sans {script}",
            style,
        )
        for script, version in (("Arabic", "0.4.3"), ("Hebrew", "0.4.1"), ("Thai", "0.4.2"))
        for weight, style in ((400, "Regular"), (700, "Bold"))
    },
}
"""Files taken as they are: file, package, path inside it, family, style."""

_LICENCES = {
    "OFL-NotoSans.txt": (_WHEEL, "fontpkg_noto_sans/LICENSE"),
    "OFL-NotoSansMono.txt": ("expo-google-fonts-noto-sans-mono-0.4.2.tgz", "package/LICENSE_FONT"),
    "OFL-NotoSansCJK.txt": ("expo-google-fonts-noto-sans-sc-0.4.3.tgz", "package/LICENSE_FONT"),
    "OFL-NotoSansArabic.txt": ("expo-google-fonts-noto-sans-arabic-0.4.3.tgz", "package/LICENSE_FONT"),
    "OFL-NotoSansHebrew.txt": ("expo-google-fonts-noto-sans-hebrew-0.4.1.tgz", "package/LICENSE_FONT"),
    "OFL-NotoSansThai.txt": ("expo-google-fonts-noto-sans-thai-0.4.2.tgz", "package/LICENSE_FONT"),
}


Font = Any
"""A font as fontTools holds it (it ships no types)."""


def check(packages: Path) -> None:
    """Stop unless every package has the bytes that were pinned."""
    for name, wanted in PACKAGES.items():
        found = hashlib.sha256((packages / name).read_bytes()).hexdigest()
        if found != wanted:
            message = f"{name}: SHA-256 is {found}, wanted {wanted}"
            raise SystemExit(message)


def member(packages: Path, package: str, path: str) -> bytes:
    """Return one file out of a wheel or an npm package."""
    if package.endswith(".whl"):
        with zipfile.ZipFile(packages / package) as wheel:
            return wheel.read(path)
    with tarfile.open(packages / package) as archive:
        found = archive.extractfile(path)
        if found is None:
            message = f"{package} has no {path}"
            raise SystemExit(message)
        return found.read()


def rename(font: Font, family: str, style: str) -> None:
    """Give a font plain family and style names, so that the window finds each by them."""
    names = font["name"]
    for name_id in (16, 17, 21, 22, 25):
        names.removeNames(nameID=name_id)
    post = f"{family.replace(' ', '')}-{style}"
    for name_id, text in ((1, family), (2, style), (4, f"{family} {style}"), (6, post)):
        names.removeNames(nameID=name_id)
        names.setName(text, name_id, 3, 1, 0x409)
    bold, italic = style == "Bold", style == "Italic"
    font["OS/2"].usWeightClass = 700 if bold else 400
    font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0x61 | (0x20 if bold else 0x01 if italic else 0x40)
    font["head"].macStyle = 1 if bold else 2 if italic else 0


def write(font: Font, target: Path) -> None:
    """Write a font without the time of the writing."""
    for table in ("DSIG", "STAT", "MVAR", "avar"):
        if table in font:
            del font[table]
    font.recalcTimestamp = False
    font.save(target)


def main() -> None:
    """Make every file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    check(arguments.packages)
    for name, (source, family, style, place) in INSTANCES.items():
        font = TTFont(io.BytesIO(member(arguments.packages, _WHEEL, source)), recalcTimestamp=False)
        instancer.instantiateVariableFont(font, place, inplace=True)
        rename(font, family, style)
        write(font, arguments.out / name)
    for name, (package, path, family, style) in STATICS.items():
        full = f"expo-google-fonts-noto-sans-{package}.tgz"
        font = TTFont(io.BytesIO(member(arguments.packages, full, f"package/{path}")), recalcTimestamp=False)
        rename(font, family, style)
        write(font, arguments.out / name)
    for name, (package, path) in _LICENCES.items():
        text = member(arguments.packages, package, path).decode("utf-8").replace("\r\n", "\n")
        (arguments.out / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
