/// Text of HTML and SVG that is well-formed XML as well.
struct Markup: ExpressibleByStringInterpolation {
  /// Puts values in as text: whatever they hold, they are no markup.
  struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text += Markup.escaped(value.description)
    }
    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
  }

  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Several, one after the other.
  init(_ parts: [Markup]) { text = parts.map(\.text).joined() }

  static func + (left: Markup, right: Markup) -> Markup { Markup([left, right]) }
  static func += (left: inout Markup, right: Markup) { left.text += right.text }

  /// JSON for an element `script`, which must not be ended or read as markup by what is in it.
  init(json: String) {
    text = ""
    for scalar in json.unicodeScalars {
      switch scalar {
      case "<": text += "\\u003c"
      case ">": text += "\\u003e"
      case "&": text += "\\u0026"
      case "\u{2028}": text += "\\u2028"
      case "\u{2029}": text += "\\u2029"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// Text without anything that is markup, or that XML does not allow.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\t", "\n", "\r": text += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      // Marks that change the direction of the text around them.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
