import VirtualNIC

/// A picture of a frame and its segments, each under the octets that it carries.
struct Picture {
  private static let (margin, row) = (16, 22)
  /// Pixels that a character is wide at most.
  private static let characterWidth = 8
  /// The headers, larger than to the scale of the bar.
  private static let (headerLeft, headerWidth) = (108, 50)
  /// The bar of the frame: from `left`, `barWidth` wide.
  private static let (left, barWidth) = (170, 560)
  /// Segments that are drawn: the first, and the last.
  private static let (firstCount, lastCount) = (7, 2)
  /// Characters of a line of text.
  private static let lineLength = 112

  private let explained: ExplainedFrame

  init(_ explained: ExplainedFrame) { self.explained = explained }

  private var explanation: Explanation { explained.explanation }

  /// The text of an SVG file, which needs nothing else.
  var svg: String {
    let lines = segmentLines
    let sentence = Self.lines(of: explanation.decision.sentence)
    let top = 50 + sentence.count * 18
    let height = top + 66 + lines.count * Self.row
    let texts = lines.compactMap { $0.map(Self.text) }
    let rightEnd = (texts.map(\.count).max() ?? 0) * Self.characterWidth + Self.right
    let width = max(960, rightEnd + Self.margin, legendWidth + Self.margin)
    var out: Markup = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" role="img" aria-labelledby="title text">
      <title id="title">Frame \(explained.number): \(heading)</title>
      <desc id="text">\(explanation.decision.sentence)</desc>
      <style>
      \(Markup(stringLiteral: Self.style))
      </style>
      <rect class="ground" width="\(width)" height="\(height)"/>
      <text class="head" x="\(Self.margin)" y="28">\(heading)</text>

      """
    for (line, text) in sentence.enumerated() {
      out += "<text class=\"soft\" x=\"\(Self.margin)\" y=\"\(50 + line * 18)\">\(text)</text>\n"
    }
    out += bar("frame", explanation.headers.map { ($0.range, Strip.style($0.layer)) }, y: top)
    out += headers(y: top)
    for (line, segment) in lines.enumerated() {
      let y = top + 34 + line * Self.row
      guard let segment else {
        let hidden = explanation.segments.count - Self.firstCount - Self.lastCount
        out += "<text class=\"soft\" x=\"\(Self.left)\" y=\"\(y + 12)\">\(hidden) more</text>\n"
        continue
      }
      out += bar("segment \(segment.index)", [(segment.payloadRange, "payload")], y: y)
      out += headers(y: y)
      out += """
        <text class="soft" x="\(Self.right)" y="\(y + 12)">\(Self.text(segment))</text>

        """
    }
    return (out + legend(y: height - 18) + "</svg>\n").text
  }

  private var heading: String {
    "\(explained.layers), \(counted(explanation.frameLength, "octet"))"
  }

  /// Where the text after a bar starts.
  private static let right = left + barWidth + 12

  private static func text(_ segment: Explanation.Segment) -> String {
    counted(segment.frameLength, "octet") + (segment.flags.isEmpty ? "" : ", \(segment.flags)")
  }

  /// A text in lines.
  private static func lines(of text: String) -> [String] {
    text.split(separator: " ").reduce(into: [""]) { lines, word in
      let line = lines[lines.count - 1]
      if line.count + word.count < lineLength {
        lines[lines.count - 1] = line.isEmpty ? String(word) : "\(line) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }

  /// The segments to draw, with nil for those that are left out.
  private var segmentLines: [Explanation.Segment?] {
    let segments = explanation.segments
    guard segments.count > Self.firstCount + Self.lastCount + 1 else { return segments }
    let first: [Explanation.Segment?] = Array(segments.prefix(Self.firstCount))
    return first + [nil] + segments.suffix(Self.lastCount)
  }
}

extension Picture {
  /// The headers, which the frame has and every segment.
  private func headers(y: Int) -> Markup {
    let headers = explanation.headers.filter(\.isHeader)
    let total = max(1, headers.last?.range.upperBound ?? 0)
    var out: Markup = ""
    for header in headers {
      let start = header.offset * Self.headerWidth / total
      let end = header.range.upperBound * Self.headerWidth / total
      out += """
        <rect class="\(Strip.style(header.layer))" x="\(Self.headerLeft + start)" y="\(y)" \
        width="\(max(1, end - start))" height="14"/>

        """
    }
    return out
  }

  private func bar(_ name: String, _ parts: [(Range<Int>, String)], y: Int) -> Markup {
    let total = max(1, explanation.frameLength)
    var out: Markup = """
      <text x="\(Self.margin)" y="\(y + 12)">\(name)</text>
      <rect class="track" x="\(Self.left)" y="\(y)" width="\(Self.barWidth)" height="14"/>

      """
    for (range, style) in parts where !range.isEmpty {
      let start = range.lowerBound * Self.barWidth / total
      let length = max(2, range.upperBound * Self.barWidth / total - start)
      out += """
        <rect class="\(style)" x="\(Self.left + min(start, Self.barWidth - length))" y="\(y)" \
        width="\(length)" height="14"/>

        """
    }
    return out
  }

  /// The layers with their colours and lengths, and where each is drawn.
  private var legendEntries: [(style: String, text: String, x: Int)] {
    var x = Self.margin
    return explanation.headers.filter { $0.length > 0 }.map { header in
      let text = "\(header.layer) \(header.length)"
      defer { x += 34 + text.count * Self.characterWidth }
      return (Strip.style(header.layer), text, x)
    }
  }

  private var legendWidth: Int {
    legendEntries.last.map { $0.x + 18 + $0.text.count * Self.characterWidth } ?? 0
  }

  private func legend(y: Int) -> Markup {
    var out: Markup = ""
    for entry in legendEntries {
      out += """
        <rect class="\(entry.style)" x="\(entry.x)" y="\(y)" width="10" height="10"/>
        <text class="soft" x="\(entry.x + 16)" y="\(y + 10)">\(entry.text)</text>

        """
    }
    return out
  }

  private static let style = """
    text { font: 13px ui-monospace, monospace; fill: #1b1f24 } .soft { fill: #57606a }
    .head { font: 600 15px system-ui, sans-serif } .ground { fill: #fff }
    .link { fill: #8250df } .network { fill: #0969da } .tunnel { fill: #9a6700 }
    .transport { fill: #1a7f37 } .payload { fill: #57606a } .rest { fill: #bc4c00 }
    .track { fill: #e7ebef }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .soft { fill: #9ea7b3 }
    .ground { fill: #0d1117 } .link { fill: #a371f7 } .network { fill: #4493f8 }
    .tunnel { fill: #d29922 } .transport { fill: #3fb950 } .payload { fill: #8b949e }
    .rest { fill: #f0883e } .track { fill: #21262d } }
    """
}
