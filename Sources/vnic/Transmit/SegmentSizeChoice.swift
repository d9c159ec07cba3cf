import GsoEngine
import WireFormats

/// What a sender asks of the NIC: a cut for every frame that is too large.
struct SegmentSizeChoice {
  /// Largest IP packet, in octets.
  let mtu: Int
  /// The segment size that every cut asks for; nil for what fits.
  let mss: Int?

  init(_ arguments: ParsedArguments) throws(Failure) {
    mtu = try arguments.number("--mtu", in: 1...1_000_000) ?? 1_500
    mss = try arguments.number("--mss", in: 1...SegmentationRequest.maximumSegmentSize)
  }

  /// The segment size to ask for; 0 if the frame goes as it is.
  ///
  /// A frame that is too large and cannot be cut asks all the same: the NIC says what is wrong.
  func segmentSize(for frame: RawSpan, _ layout: PacketLayout?) -> Int {
    guard let layout else {
      let excess = frame.byteCount - EthernetHeader.byteCount - mtu
      return excess > 0 ? mss ?? mtu : 0
    }
    let end = layout.outerNetwork?.end ?? layout.frameLength
    let exceedsMTU = end - layout.linkHeaderLength > mtu
    let exceedsMSS = mss.map { (layout.payloadRange?.count ?? 0) > $0 } ?? false
    guard exceedsMTU || exceedsMSS else { return 0 }
    if let mss { return mss }
    let headers = (layout.headerLength ?? layout.linkHeaderLength) - layout.linkHeaderLength
    return max(1, mtu - headers)
  }

  /// In words, for people.
  var description: String {
    "MTU \(mtu), segments of " + (mss.map { "\($0) octets" } ?? "what fits")
  }

  /// The options for it.
  static let options: [CommandDescription.Option] = [
    .init("--mtu", value: "N", "largest IP packet, in octets (default 1500)"),
    .init(
      "--mss", value: "N",
      """
      payload of a segment, in octets; frames with more ask
      for a cut, too (default: what fits the MTU)
      """),
  ]
}
