import VirtualNIC

/// A page of HTML that needs nothing but itself; it is well-formed XML as well.
struct Page {
  /// What a section is called, and what is in it.
  struct Section {
    let id: String
    let title: String
    let body: Markup
  }

  let title: String
  /// What is said before the sections.
  let lead: Markup
  let sections: [Section]
  /// The data as JSON.
  let json: String

  /// The text of the page.
  var html: String {
    var out: Markup = """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="generator" content="vnic \(toolVersion)"/>
      <link rel="icon" href="data:,"/>
      <title>\(title)</title>
      <style>

      """
    out += Markup(stringLiteral: PageStyle.sheet)
    out += """

      </style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the explanation</a>
      <header>
      <h1>\(title)</h1>
      \(lead)\(navigation)</header>
      <main id="main">

      """
    for section in sections {
      out += """
        <section id="\(section.id)" aria-labelledby="\(section.id)-title">
        <h2 id="\(section.id)-title">\(section.title)</h2>
        \(section.body)</section>

        """
    }
    out += """
      </main>
      <footer><p>Made by vnic \(toolVersion). Lengths and offsets are octets, counted from the \
      first octet of the frame. The data of this page is in it as JSON.</p></footer>
      <script type="application/json" id="data">
      \(Markup(json: json))</script>
      </body>
      </html>

      """
    return out.text
  }
}

extension Page {
  /// Links to the sections, unless there are so many that they would be a page of their own.
  private var navigation: Markup {
    guard sections.count <= 30 else { return "" }
    var out: Markup = "<nav aria-label=\"Sections\"><ul>\n"
    for section in sections {
      out += "<li><a href=\"#\(section.id)\">\(section.title)</a></li>\n"
    }
    return out + "</ul></nav>\n"
  }

  /// The last part of a path.
  static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Terms and what is said about them.
  static func list(_ rows: [(term: String, text: String)]) -> Markup {
    var out: Markup = "<dl>"
    for row in rows { out += "<dt>\(row.term)</dt><dd>\(row.text)</dd>\n" }
    return out + "</dl>\n"
  }

  /// The fields that change.
  static func changes(_ changes: [Explanation.Change], large: String) -> Markup {
    let rows = changes.map { change in
      let cells: [PageTable.Cell] = [
        .head("\(change.layer) \(change.field.isEmpty ? "header" : change.field)"),
        value(change.largeFrame), value(change.first), value(change.middle), value(change.last),
        .text(change.rule), .text(change.source),
      ]
      return (style: "", cells: cells)
    }
    return PageTable(
      "All other header fields are copied.",
      head: ["field", large, "first", "middle", "last", "rule", "where it is written"], rows: rows
    ).markup
  }

  /// A value that is not broken if it is short.
  private static func value(_ value: String?) -> PageTable.Cell {
    guard let value else { return .word("–") }
    return value.count <= 24 ? .word(value) : .text(value)
  }

  /// Each layer once, in its colour.
  static func legend(_ headers: [Explanation.Header]) -> Markup {
    var out: Markup = "<ul class=\"legend\">"
    for header in headers where header.length > 0 {
      out += """
        <li><svg viewBox="0 0 8 8" aria-hidden="true" focusable="false"><rect \
        class="\(Strip.style(header.layer))" width="8" height="8"/></svg>\(header.layer) \
        \(header.offset)–\(header.range.upperBound)</li>

        """
    }
    return out + "</ul>\n"
  }
}
