#!/usr/bin/env python3
"""Draws which module imports which, from the manifest, and checks the imports of the sources.

    .ci/modules.py           compares the drawing in the documentation with the manifest
    .ci/modules.py --draw    draws it anew

Fails if a source imports a module of this package that its target does not depend on, or if a target
depends on a module that none of its sources imports.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAWING = ROOT / "Sources/VirtualNIC/VirtualNIC.docc/Resources/modules.svg"
# Rows from the top down, with the columns of the modules. A module that is new needs a place here.
ROWS = [
    {"vnic": 3},
    {"LinuxWire": -1, "CVirtualNIC": 1, "VirtualNICTesting": 5},
    {"CLinuxWire": -2, "CVnic": 0, "VirtualNIC": 2},
    {"GsoEngine": 0, "NetAdapterCore": 2, "FrameRecipes": 4, "PacketCapture": 6},
    {"WireFormats": 1},
    {"CSumKernels": 1},
]
CARD = {"GsoEngine", "NetAdapterCore", "VirtualNIC"}
WIDTH, HEIGHT, GAP, STEP = 176, 44, 20, 96


def manifest():
    """The modules of the package, and what each depends on."""
    text = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    targets = {
        t["name"]: t for t in json.loads(text)["targets"]
        if t["type"] in ("regular", "executable") and not (t.get("path") or "").startswith("Tests")}
    return {
        name: [d["byName"][0] for d in target["dependencies"] if d.get("byName")]
        for name, target in targets.items()}


def imports(module):
    """The modules that the Swift sources of a module import."""
    found = set()
    for path in (ROOT / "Sources" / module).rglob("*.swift"):
        found |= set(re.findall(r"^\s*(?:\w+ )?import (\w+)", path.read_text(), re.MULTILINE))
    return found


def problems(modules):
    """Where manifest and sources disagree."""
    for name, dependencies in modules.items():
        if not list((ROOT / "Sources" / name).rglob("*.swift")):
            continue
        imported = imports(name) & set(modules)
        for module in sorted(imported - set(dependencies)):
            yield f"{name} imports {module} and does not depend on it"
        # A header and its functions: who calls them imports the one and links the other.
        if "CVnic" in imported:
            imported |= {"CVirtualNIC"}
        for module in sorted(set(dependencies) - imported):
            yield f"{name} depends on {module} and does not import it"


def essential(modules):
    """Dependencies without those that follow from others, which would only be lines."""
    def below(name):
        reached = set()
        for dependency in modules[name]:
            reached |= {dependency} | below(dependency)
        return reached
    return {
        name: [d for d in dependencies if not any(d in below(o) for o in dependencies if o != d)]
        for name, dependencies in modules.items()}


def draw(modules):
    """The drawing, as text."""
    rows = [{m: x for m, x in row.items() if m in modules} for row in ROWS]
    missing = set(modules) - {m for row in rows for m in row}
    if missing:
        sys.exit(f"no place in the drawing for {', '.join(sorted(missing))}: add it to ROWS")
    place = {
        module: (x * (WIDTH + GAP) / 2, y * STEP + 8)
        for y, row in enumerate(rows) for module, x in row.items()}
    first = min(x for x, _ in place.values())
    place = {module: (x - first, y) for module, (x, y) in place.items()}
    width = max(x for x, _ in place.values()) + WIDTH
    height = (len(rows) - 1) * STEP + HEIGHT + 16
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 0 {width + 16:g} {height}" role="img" '
        f'aria-labelledby="title">',
        '  <title id="title">Modules, and what each imports</title>',
        "  <style>",
        "    text { font: 14px -apple-system, system-ui, sans-serif; text-anchor: middle; fill: #1d1d1f }",
        "    rect { fill: #f5f5f7; stroke: #86868b } .card { fill: #e3edff; stroke: #0066cc }",
        "    path { fill: none; stroke: #86868b; stroke-width: 1.5 } marker path { fill: #86868b; stroke: none }",
        "    @media (prefers-color-scheme: dark) {",
        "      text { fill: #f5f5f7 } rect { fill: #2c2c2e } .card { fill: #0a2a52; stroke: #4aa3ff }",
        "    }",
        "  </style>",
        '  <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z"/></marker>',
    ]
    for name, dependencies in essential(modules).items():
        for dependency in dependencies:
            (x1, y1), (x2, y2) = place[name], place[dependency]
            x1, y1, x2 = x1 + WIDTH / 2, y1 + HEIGHT, x2 + WIDTH / 2
            middle = (y2 - y1) / 2
            lines.append(
                f'  <path d="M{x1:g} {y1:g}C{x1:g} {y1 + middle:g} {x2:g} {y2 - middle:g} {x2:g} {y2:g}" '
                'marker-end="url(#arrow)"/>')
    for module, (x, y) in place.items():
        kind = ' class="card"' if module in CARD else ""
        lines.append(f'  <rect{kind} x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>')
        lines.append(f'  <text x="{x + WIDTH / 2:g}" y="{y + HEIGHT / 2 + 5:g}">{module}</text>')
    return "\n".join(lines + ["</svg>", ""])


def main():
    modules = manifest()
    found = list(problems(modules))
    if found:
        sys.exit("\n".join(found))
    drawing = draw(modules)
    if sys.argv[1:] == ["--draw"]:
        DRAWING.parent.mkdir(exist_ok=True)
        DRAWING.write_text(drawing)
    elif not DRAWING.exists() or DRAWING.read_text() != drawing:
        sys.exit("the drawing of the modules is not that of the manifest: .ci/modules.py --draw")
    print(f"{len(modules)} modules import what the manifest says")


if __name__ == "__main__":
    main()
