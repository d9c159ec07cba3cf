/// A table of a page, which becomes a list of its rows where it is too wide.
struct PageTable {
  /// A cell: text, or a drawing.
  enum Cell {
    /// Text, read from the left.
    case text(String)
    /// A word that is not broken.
    case word(String)
    /// A number, read from the right.
    case number(String)
    /// The name of the row.
    case head(String)
    /// A drawing that fills the cell.
    case bar(Markup)

    static func number(_ number: (some BinaryInteger)?) -> Cell {
      .number(number.map { "\($0)" } ?? "–")
    }
  }

  let caption: String
  let head: [String]
  /// A drawing in the head above those of the rows; nil for none.
  var headBar: Markup?
  /// Each with a class, or an empty text.
  let rows: [(style: String, cells: [Cell])]

  init(
    _ caption: String, head: [String], headBar: Markup? = nil,
    rows: [(style: String, cells: [Cell])]
  ) {
    (self.caption, self.head, self.headBar, self.rows) = (caption, head, headBar, rows)
  }

  /// The roles are said again because a table that is laid out as blocks loses its own.
  var markup: Markup {
    var out: Markup = """
      <table role="table"><caption>\(caption)</caption>
      <thead role="rowgroup"><tr role="row">
      """
    for (index, title) in head.enumerated() {
      let (style, drawing) = style(ofColumn: index)
      out += """
        <th role="columnheader" scope="col" class="\(style)">\(title)\(drawing)</th>
        """
    }
    out += "</tr></thead>\n<tbody role=\"rowgroup\">\n"
    for row in rows {
      out += "<tr role=\"row\" class=\"\(row.style)\">"
      for (title, cell) in zip(head, row.cells) { out += Self.markup(cell, title) }
      out += "</tr>\n"
    }
    return out + "</tbody></table>\n"
  }

  /// The class of the head of a column, and what is drawn there.
  private func style(ofColumn index: Int) -> (String, Markup) {
    guard let cells = rows.first?.cells, cells.indices.contains(index) else { return ("", "") }
    return switch cells[index] {
    case .bar: ("bar", headBar ?? "")
    case .number: ("number", "")
    case .text, .word, .head: ("", "")
    }
  }

  private static func markup(_ cell: Cell, _ title: String) -> Markup {
    switch cell {
    case .text(let text): "<td role=\"cell\" data-title=\"\(title)\">\(text)</td>"
    case .word(let text): "<td role=\"cell\" class=\"word\" data-title=\"\(title)\">\(text)</td>"
    case .number(let text):
      "<td role=\"cell\" class=\"number\" data-title=\"\(title)\">\(text)</td>"
    case .head(let text): "<th role=\"rowheader\" scope=\"row\">\(text)</th>"
    case .bar(let drawing): "<td role=\"cell\" class=\"bar\">\(drawing)</td>"
    }
  }
}
