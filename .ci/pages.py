#!/usr/bin/env python3
"""Opens the pages of `vnic explain` in headless Chromium, and looks at what a reader would see.

    .ci/pages.py VNIC FOLDER [--pictures]

For each page: no message on the console, no part that is wider than the window at 1280 and at 400
pixels, in both themes, nothing cut off, and a PDF that has the text of the page. The pages are left
in FOLDER, with --pictures also how they look. Ends with 1 if something is wrong.
"""
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Runs in a copy of the page, not in the page itself, which has no script.
MEASURE = """
<script>
addEventListener('load', () => {
  const root = document.documentElement, cut = [];
  for (const element of document.querySelectorAll('body *')) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (element.closest('thead, .skip, script, svg') || !box.width) continue;
    if (box.right > root.clientWidth + 1 || (style.overflow === 'hidden'
        && element.scrollWidth > element.clientWidth + 1)) cut.push(element.tagName);
  }
  const bars = [...document.querySelectorAll('td.bar svg')].map(bar => bar.getBoundingClientRect());
  const narrow = bars.filter(bar => bar.width < 40).length;
  const head = document.querySelectorAll('th.bar svg')[0], row = bars[0];
  const shift = head && row && head.getBoundingClientRect().height > 2 && innerWidth > 720
    ? Math.abs(head.getBoundingClientRect().left - row.left) : 0;
  parent.postMessage(JSON.stringify({scroll: root.scrollWidth, client: root.clientWidth,
    cut: cut.slice(0, 5), narrow, shift, ground: getComputedStyle(document.body).backgroundColor}), '*');
});
</script>
"""

# A browser's window has a least width, a frame in it does not.
FRAME = """<!DOCTYPE html><title></title>
<script>addEventListener('message', event => { document.title = event.data; });</script>
<iframe src="NAME" style="width:WIDTHpx;height:1000px;border:0"></iframe>
"""


def pages(vnic, folder, fixtures):
    """Twelve frames, each of another kind: name, arguments, exit status."""
    frames = folder / "frames.pcap"
    subprocess.run([sys.executable, __file__, "--frames", frames], check=True)
    wire = folder / "wire.pcap"
    subprocess.run([vnic, "segment", fixtures / "Captures/tcp4.pcap", wire], check=True,
                   stderr=subprocess.DEVNULL)
    tcp4 = fixtures / "Captures/tcp4.pcap"
    return [
        ("tcp", [tcp4, "--frame", "8"], 0),
        ("uso", [fixtures / "Captures/udp4.pcap", "--frame", "1", "--mss", "1400"], 0),
        ("uso6", [fixtures / "Captures/udp6.pcap", "--frame", "1", "--mss", "1400"], 0),
        ("vxlan", [fixtures / "Reports/vxlan-port-8472.pcap", "--frame", "1"], 0),
        ("refused", [fixtures / "Captures/udp4.pcap", "--frame", "1"], 3),
        ("thousand-segments", [tcp4, "--frame", "8", "--mss", "14"], 0),
        ("coalesced", [wire, "--coalesce", "--frames", "4-60"], 0),
        ("vlan", [frames, "--frame", "1"], 0),
        ("ipv6-extension", [frames, "--frame", "2"], 0),
        ("dropped-by-mtu", [tcp4, "--frame", "8", "--mtu", "52"], 3),
        ("keyword", [tcp4, "--frame", "8", "--keyword", "*LsoV2IPv4=0"], 0),
        ("fragment", [frames, "--frame", "3"], 3),
    ]


def write_frames(path):
    """Frames that no capture of the fixtures has: a VLAN tag, an extension header, a fragment."""
    addresses = bytes.fromhex("020000000002020000000001")
    tcp = bytes.fromhex("c3500050 00000001 00000002 50180100 00000000")
    payload = bytes(range(250)) * 12
    def ipv4(flags, body):
        return (b"\x45\x00" + (20 + len(body)).to_bytes(2, "big") + b"\x12\x34" + flags
                + b"\x40\x06\x00\x00" + bytes([192, 0, 2, 1, 192, 0, 2, 2]) + body)
    options = bytes.fromhex("0600010400000000")
    ipv6 = (b"\x60\x00\x00\x00" + (len(options + tcp + payload)).to_bytes(2, "big") + b"\x00\x40"
            + bytes.fromhex("20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02")
            + options + tcp + payload)
    frames = [
        addresses + bytes.fromhex("810060070800") + ipv4(b"\x40\x00", tcp + payload),
        addresses + b"\x86\xdd" + ipv6,
        addresses + b"\x08\x00" + ipv4(b"\x20\x00", tcp + payload),
    ]
    out = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
    for frame in frames:
        out += bytes(8) + len(frame).to_bytes(4, "little") * 2 + frame
    pathlib.Path(path).write_bytes(out)


class Browser:
    def __init__(self, program, profile):
        # Without a sandbox as root and in containers, where it cannot be set up.
        self.command = [program, "--headless", "--no-sandbox", "--disable-gpu",
                        "--hide-scrollbars", "--no-first-run", "--disable-extensions",
                        "--enable-logging=stderr", "--v=0", f"--user-data-dir={profile}"]

    def run(self, *arguments):
        return subprocess.run([*self.command, *map(str, arguments)], capture_output=True,
                              text=True, timeout=120)

    def measure(self, page, width, theme):
        frame = page.with_name(f"frame-of-{page.name}")
        frame.write_text(FRAME.replace("NAME", page.name).replace("WIDTH", str(width)), encoding="utf-8")
        run = self.run("--window-size=1400,1100", theme,
                       "--virtual-time-budget=2000", "--dump-dom", frame.as_uri())
        title = re.search(r"<title>(.*?)</title>", run.stdout, re.S)
        return json.loads(html.unescape(title.group(1))), console(run.stderr)


def console(log):
    """What a page wrote to the console, or the browser about the page."""
    return [line for line in log.splitlines() if "CONSOLE" in line]


def words(text):
    """Words without the blanks between them, which a PDF breaks lines at."""
    return re.sub(r"\s+", "", text)


def problems(browser, page, folder):
    found = []
    source = page.read_text(encoding="utf-8")
    copy = folder / f"measured-{page.name}"
    copy.write_text(source.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    grounds = set()
    for theme, number in (("dark", 0), ("light", 1)):
        setting = f"--blink-settings=preferredColorScheme={number}"
        for width in (1280, 400):
            where = f"{page.stem} at {width}, {theme}"
            try:
                result, messages = browser.measure(copy, width, setting)
            except (AttributeError, ValueError) as error:
                found.append(f"{where}: cannot be measured: {error}")
                continue
            grounds.add(result["ground"])
            if result["client"] != width:
                found.append(f"{where}: the window has {result['client']} pixels")
            if result["scroll"] > result["client"]:
                found.append(f"{where}: {result['scroll']} pixels wide")
            if result["cut"]:
                found.append(f"{where}: cut off: {result['cut']}")
            if result["narrow"]:
                found.append(f"{where}: {result['narrow']} bars are too narrow")
            if result["shift"] > 1:
                found.append(f"{where}: bars are {result['shift']} pixels beside their head")
            found += [f"{where}: console: {message}" for message in messages]
            if "--pictures" in sys.argv:
                browser.run(f"--window-size={width},2400", setting,
                            f"--screenshot={folder / f'{page.stem}-{width}-{theme}.png'}",
                            page.as_uri())
    if len(grounds) != 2:
        found.append(f"{page.stem}: the same ground in both themes: {grounds}")
    return found + printing(browser, page, source, folder)


def printing(browser, page, source, folder):
    paper = folder / f"{page.stem}.pdf"
    run = browser.run(f"--print-to-pdf={paper}", "--no-pdf-header-footer", page.as_uri())
    if not paper.exists() or not paper.read_bytes().startswith(b"%PDF"):
        return [f"{page.stem}: not printed: {run.stderr[-300:]}"]
    if not shutil.which("pdftotext"):
        return []
    text = words(subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True,
                                text=True).stdout)
    body = source[source.index("<main"):source.index("</main>")]
    cells = re.findall(r"<(?:td|th|dd|h2|h3)[^>]*>([^<]*)<", body)
    # Long cells are broken over several lines, between which others stand: their words are asked.
    missing = [word for cell in cells for word in html.unescape(cell).split()
               if len(word) < 14 and words(word) not in text]
    return [f"{page.stem}: not on paper: {missing[:5]}"] if missing else []


def main():
    if sys.argv[1] == "--frames":
        return write_frames(sys.argv[2])
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser",
                                                   "google-chrome"))), None)
    if program is None:
        print("skipped: Chromium is not there")
        return
    vnic, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
    found = []
    with tempfile.TemporaryDirectory(prefix="profile.", dir=folder) as profile:
        browser = Browser(program, profile)
        rows = pages(vnic, folder, fixtures)
        for name, arguments, status in rows:
            page = folder / f"{name}.html"
            run = subprocess.run([vnic, "explain", *arguments, "-o", page], capture_output=True,
                                 text=True)
            if run.returncode != status or not page.exists():
                found.append(f"{name}: status {run.returncode}, not {status}: {run.stderr}")
                continue
            found += problems(browser, page, folder)
        broken = folder / "broken.html"
        broken.write_text("<!DOCTYPE html><html><head><title>x</title></head><body><main>"
                          "<p style='width:2000px'>x</p><dl><dd style='display:none'>hidden</dd>"
                          "</dl></main><script>console.log('heard')</script></body></html>")
        # The checks see what they look for.
        seen = " ".join(problems(browser, broken, folder))
        found += [f"not noticed in a page that is wrong: {what}"
                  for what in ("pixels wide", "heard", "cut off", "the same ground")
                  if what not in seen]
    for line in found:
        print(line)
    print(f"{len(rows)} pages, {len(found)} problems")
    sys.exit(1 if found else 0)


main()
