import NetAdapterCore

/// The meaning of keywords, written again with names of offloads instead of flags and masks.
///
/// Sources: "Using Registry Values to Enable and Disable Task Offloading", "UDP Segmentation
/// Offload (USO)", and for the quirks `netcx/adapter/nxoffload.cpp` of release 21H2.
struct ReferenceKeywords {
  static let lso: [Keyword] = [.lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6]
  static let uso: [Keyword] = [.usoIPv4, .usoIPv6]

  let values: [Keyword: KeywordStore.Value]
  let quirks: Quirks

  /// The decimal number of a keyword; nil if it is absent or not a number.
  func number(_ keyword: Keyword) -> UInt64? {
    switch values[keyword] {
    case .integer(let number): return UInt64(number)
    case .string(let text):
      guard !text.isEmpty else { return nil }
      var number: UInt64 = 0
      for character in text.unicodeScalars {
        guard ("0"..."9").contains(character), number <= 0xFFFF_FFFF else { return nil }
        number = number * 10 + UInt64(character.value - 48)
      }
      return number <= 0xFFFF_FFFF ? number : nil
    case nil: return nil
    }
  }

  /// Only the number 0 disables.
  func isOn(_ keyword: Keyword) -> Bool { number(keyword) != 0 }

  /// Whether one of some keywords is present, with any value.
  func exists(_ keywords: [Keyword]) -> Bool { keywords.contains { values[$0] != nil } }

  /// The segmentation that the stack is offered before keywords disable any.
  var offered: Set<String> {
    var names: Set<String> = []
    let is21H2 = quirks.contains(.release21H2)
    if !is21H2 || exists(Self.lso) { names.formUnion(["lso4", "lso6"]) }
    if !is21H2 || exists(Self.uso) { names.formUnion(["uso4", "uso6"]) }
    return names
  }

  /// The segmentation that keywords allow, whether offered or not.
  var left: Set<String> {
    let (v1, v2) = (isOn(.lsoV1IPv4), isOn(.lsoV2IPv4))
    let lso4 = quirks.contains(.release2004LsoKeywords) ? v1 || v2 : v1 && v2
    let switches = [
      "lso4": lso4, "lso6": isOn(.lsoV2IPv6), "uso4": isOn(.usoIPv4), "uso6": isOn(.usoIPv6),
    ]
    return Set(switches.filter(\.value).keys)
  }

  /// The checksums that keywords allow.
  var checksums: Set<String> {
    let rows: [(String, [Keyword])] = [
      ("IP", [.ipChecksumOffloadIPv4]),
      ("TCP", [.tcpChecksumOffloadIPv4, .tcpChecksumOffloadIPv6]),
      ("UDP", [.udpChecksumOffloadIPv4, .udpChecksumOffloadIPv6]),
    ]
    var names: Set<String> = []
    for (name, keywords) in rows {
      for keyword in keywords {
        // 0 off, 1 sending, 2 receiving; 3 and everything else both.
        let number = number(keyword)
        if number != 0, number != 2 { names.insert("tx" + name) }
        if number != 0, number != 1 { names.insert("rx" + name) }
      }
    }
    return names
  }

  /// The coalescing that keywords allow.
  var coalescing: Set<String> {
    if quirks.contains(.release21H2), !exists([.rscIPv4, .rscIPv6]) { return [] }
    var names: Set<String> = []
    if isOn(.rscIPv4) { names.insert("rsc4") }
    if isOn(.rscIPv6) { names.insert("rsc6") }
    if !names.isEmpty, isOn(.rscTimestamp) { names.insert("rscTime") }
    return names
  }
}

/// The names of everything that is active.
func names(_ offloads: ActiveOffloads) -> Set<String> {
  var names = Set(segmentation(offloads).split(separator: " ").map(String.init))
  let answers: [(String, Bool)] = [
    ("txIP", offloads.isTxChecksumIPv4Enabled), ("txTCP", offloads.isTxChecksumTcpEnabled),
    ("txUDP", offloads.isTxChecksumUdpEnabled), ("rxIP", offloads.isRxChecksumIPv4Enabled),
    ("rxTCP", offloads.isRxChecksumTcpEnabled), ("rxUDP", offloads.isRxChecksumUdpEnabled),
    ("rsc4", offloads.isTcpRscIPv4Enabled), ("rsc6", offloads.isTcpRscIPv6Enabled),
    ("rscTime", offloads.isRscTcpTimestampOptionEnabled),
  ]
  for (name, isOn) in answers where isOn { names.insert(name) }
  return names
}
