import WireFormats

// Every reading of a frame's headers.
extension SegmentationAttack {
  func readLayouts() throws {
    let span = block.octets
    for link in LinkLayer.allCases {
      if let layout = try? PacketLayout(parsing: span, link: link) { try check(layout) }
      let other = try? PacketLayout(parsing: span, link: link, tunnels: .none)
      if let other { try check(other) }
    }
    let inner = Int(selector) % (octets.count + 40)
    let described = try? PacketLayout(parsing: span, link: link, innerNetworkOffset: inner)
    if let described { try check(described) }
    let layout = outcome { () throws(WireError) in
      try PacketLayout(parsing: span, link: link, tunnels: tunnels)
    }
    switch layout {
    case .success(let layout):
      try check(layout)
      try require(layout.frameLength == octets.count, "length of the frame")
    case .failure(let error): try require(!error.description.isEmpty, "an error without a text")
    }
    try checkFront(layout)
  }

  /// The front of a frame has the frame's layout, or is too short to tell.
  private func checkFront(_ layout: Result<PacketLayout, WireError>) throws {
    let front = OctetBlock(Array(octets.prefix(Int(selector & 0xFF))))
    let found = outcome { () throws(WireError) in
      try PacketLayout(
        parsingFront: front.octets, ofFrameLength: octets.count, link: link, tunnels: tunnels)
    }
    let endless = outcome { () throws(WireError) in
      try PacketLayout(
        parsingFront: front.octets, ofFrameLength: selector & 1 == 0 ? 1 << 32 : .max, link: link,
        tunnels: tunnels)
    }
    if case .success = endless { throw Finding("a frame of more than 4 GiB") }
    if case .failure(.truncated) = found { return }
    try require(
      found == layout, "the front of \(front.count) octets is read as \(found), all as \(layout)")
  }

  /// The views of the headers that a layout names, and its transport checksum.
  private func check(_ layout: PacketLayout) throws {
    let span = block.octets
    guard let network = layout.network else { return }
    try require(
      network.upperOffset <= network.end && network.end <= octets.count,
      "a packet outside of its frame")
    try checkFields(layout)
    switch network.version {
    case .ipv4:
      let header = try IPv4Header(span, at: network.offset)
      let isValid = octets.onesSum(network.offset..<network.upperOffset) == 0xFFFF
      try require(header.hasValidChecksum == isValid, "IPv4 header checksum")
      try require(header.options.byteCount == network.headerLength - 20, "IPv4 options")
    case .ipv6:
      let header = try IPv6Header(span, at: network.offset)
      try require(
        Int(header.flowLabel) == Int(octets.double(network.offset) & 0xF_FFFF), "flow label")
    }
    guard let transport = layout.transport else { return }
    try require(transport.payloadOffset <= network.end, "a transport header outside of its packet")
    if transport.kind == .tcp { try checkOptions(try TCPHeader(span, at: transport.offset)) }
    try checkChecksum(layout, network, transport)
  }

  private func checkOptions(_ header: borrowing TCPHeader) throws {
    var cursor = header.optionCursor
    var count = 0
    while let option = cursor.next() {
      count += 1
      try require(option.dataRange.upperBound <= 40 && count <= 40, "TCP options without an end")
    }
  }

  /// What the library says of a checksum, against the sum of all octets.
  private func checkChecksum(
    _ layout: PacketLayout, _ network: NetworkLayout, _ transport: TransportLayout
  ) throws {
    guard let found = layout.transportChecksum(of: octets),
      let packet = ReferenceIP(
        octets, at: network.offset, version: Int(network.version.rawValue),
        limit: layout.tunnel?.network.end ?? octets.count)
    else { return }
    let (at, isUDP) = (transport.offset, transport.kind == .udp)
    let end = isUDP ? octets.datagramEnd(at, packetEnd: packet.end) : packet.end
    let pseudo = octets.pseudoSum(packet, isUDP ? 17 : 6)
    let length = folded(pseudo + ((end - at) >> 16) + ((end - at) & 0xFFFF))
    let field = octets.word(transport.checksumOffset)
    let isRight = octets.onesSum(at..<end, adding: length) == 0xFFFF
    let isPartial = found == .pseudoHeaderSum || found == .pseudoHeaderSumWithoutLength
    try require(found.isPartial == isPartial, "\(found) is partial: \(found.isPartial)")
    switch found {
    case .valid: try require(isRight, "a wrong checksum is valid")
    case .unused: try require(field == 0 && isUDP && network.version == .ipv4, "unused checksum")
    case .pseudoHeaderSum: try require(field == length, "a partial checksum with a length")
    case .pseudoHeaderSumWithoutLength: try require(field == pseudo, "a partial checksum")
    case .wrong(let stored, let expected):
      try require(!isRight || field == 0, "a right checksum is wrong")
      try require(Int(stored) == field, "the checksum that was found")
      var completed = octets
      completed.setWord(Int(expected), at: transport.checksumOffset)
      let sum = completed.onesSum(at..<end, adding: length)
      try require(sum == 0xFFFF, "the expected checksum does not verify")
    }
  }
}
