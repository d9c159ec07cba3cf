extension GuestCase {
  /// All combinations.
  static let all: [Self] = {
    var cases: [Self] = []
    for mtu in [576, 1_280, 1_500, 9_000] {
      for offloads in Offloads.allCases {
        for isTagged in [false, true] {
          for tunnel in [nil] + GuestPair.Tunnel.allCases {
            for switching in Switching.allCases {
              cases.append(
                Self(
                  mtu: mtu, offloads: offloads, isTagged: isTagged, tunnel: tunnel,
                  switching: switching))
            }
          }
        }
      }
    }
    return cases
  }()

  /// A selection that has each pair of values of two properties in one of its cases: first those
  /// without tags, tunnels and switching, then the one with the most pairs that are new, again and
  /// again.
  static let selection: [Self] = {
    var chosen = all.filter { $0 == Self(mtu: $0.mtu, offloads: $0.offloads) }
    var missing = Set(all.flatMap(\.pairs)).subtracting(chosen.flatMap(\.pairs))
    while !missing.isEmpty {
      var best = (count: 0, item: all[0])
      for item in all {
        let count = item.pairs.count { missing.contains($0) }
        if count > best.count { best = (count, item) }
      }
      chosen.append(best.item)
      missing.subtract(best.item.pairs)
    }
    return chosen
  }()

  /// All pairs of values that the case has.
  private var pairs: [String] {
    let values = [
      "\(mtu)", "\(offloads)", "\(isTagged)", "\(tunnel.map { "\($0)" } ?? "")", "\(switching)",
    ]
    return values.indices.flatMap { first in
      values.indices.dropFirst(first + 1)
        .map { "\(first) \(values[first]), \($0) \(values[$0])" }
    }
  }
}
