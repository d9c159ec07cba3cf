import VirtualNIC

/// A bar of octets to scale.
struct Strip {
  /// A part of the bar.
  struct Part {
    let range: Range<Int>
    let style: String
  }

  private static let width = 10_000

  /// The octets from the left end to the right one.
  let octets: Range<Int>
  let parts: [Part]

  /// The bar, as decoration of a row whose cells say the same.
  var decoration: Markup {
    """
    <svg class="strip" viewBox="0 0 \(Self.width) 8" preserveAspectRatio="none" \
    aria-hidden="true" focusable="false">\(rectangles)</svg>
    """
  }

  /// The bar as a picture of its own.
  func picture(id: String, title: String, description: String) -> Markup {
    """
    <svg class="strip ruler" viewBox="0 0 \(Self.width) 8" preserveAspectRatio="none" role="img" \
    focusable="false" aria-labelledby="\(id)-title \(id)-text"><title id="\(id)-title">\
    \(title)</title><desc id="\(id)-text">\(description)</desc>\(rectangles)</svg>
    <div class="ends" aria-hidden="true"><span>octet \(octets.lowerBound)</span>\
    <span>\(octets.upperBound)</span></div>

    """
  }

  /// The parts; each can be seen, however short it is.
  private var rectangles: Markup {
    var out: Markup = ""
    for part in parts {
      let start = position(part.range.lowerBound)
      let length = max(parts.count == 1 ? 50 : 12, position(part.range.upperBound) - start)
      out += """
        <rect class="\(part.style)" x="\(min(start, Self.width - length))" y="0" \
        width="\(length)" height="8"/>
        """
    }
    // A line at each start, so that neighbours can be told apart.
    for part in parts.dropFirst() where parts.count <= 40 {
      out += """
        <rect class="gap" x="\(position(part.range.lowerBound) - 6)" y="0" width="12" height="8"/>
        """
    }
    return out
  }

  private func position(_ octet: Int) -> Int {
    (octet - octets.lowerBound) * Self.width / max(1, octets.count)
  }
}

extension Strip {
  /// The parts that some headers are.
  static func parts(_ headers: [Explanation.Header]) -> [Part] {
    headers.filter { $0.length > 0 }.map { Part(range: $0.range, style: style($0.layer)) }
  }

  /// The class of a layer, which gives it its colour.
  static func style(_ layer: String) -> String {
    switch layer {
    case "Ethernet", "VLAN tag", "MPLS label", "PPPoE", "PPP": "link"
    case "TCP", "UDP": "transport"
    case "VXLAN", "VXLAN-GPE", "Geneve", "GRE", "GUE", "GTP-U", "tunnel": "tunnel"
    case "payload": "payload"
    case "trailer", "not read": "rest"
    default: "network"
    }
  }
}
