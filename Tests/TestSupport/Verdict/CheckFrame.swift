/// An independent verdict on a complete frame: complaints about its lengths and checksums.
///
/// Looks at every IP packet in the frame, through VXLAN, Geneve, GRE and IP in IP. Octets after
/// the outermost packet are a complaint unless `allowsTrailer`. A fragment is judged by its IP
/// header alone. Without `udpTunnels`, what UDP carries to the ports of VXLAN and Geneve is mere
/// payload.
///
/// - Returns: One line for each fault; empty when the frame is sound.
public func checkFrame(
  _ frame: [UInt8], link: LinkKind = .ethernet, allowsTrailer: Bool = false,
  udpTunnels: Bool = true
) -> [String] {
  let dissection = dissect(frame, link: link, udpTunnels: udpTunnels)
  var complaints: [String] = []
  if let complaint = dissection.complaint { complaints.append(complaint) }
  let layers = dissection.layers
  // Where the innermost thing around the next header ends, as the headers so far have it.
  var around = frame.count
  var isOutermost = true
  for (index, layer) in layers.enumerated() {
    let name = layer.kind.rawValue
    switch layer.kind {
    case .ipv4, .ipv6:
      if layer.kind == .ipv4 && !isIPv4HeaderChecksumRight(Array(frame[layer.start..<layer.end])) {
        complaints.append("ipv4 header checksum")
      }
      let mayBeShort = isOutermost && allowsTrailer
      if layer.limit != around && !(mayBeShort && layer.limit < around) {
        complaints.append(
          "\(name) length: packet ends at \(layer.limit), what is around it at \(around)")
      }
      if layer.limit < layer.end || layer.limit > frame.count { return complaints }
      around = layer.limit
      isOutermost = false
    case .tcp, .udp:
      if layer.end > layer.limit {
        complaints.append("\(name) header goes beyond its packet")
        continue
      }
      let isTunnel = index + 1 < layers.count && layers[index + 1].kind != .payload
      let between = layers[layer.network..<index]
      complaints += checkTransport(frame, layer, under: between, isTunnel: isTunnel)
    case .gre where frame[layer.start] & 0x80 != 0:
      if foldedSum(onesComplementSum(frame, layer.start..<layer.limit)) != 0xFFFF {
        complaints.append("gre checksum")
      }
    default: break
    }
  }
  return complaints
}

private func checkTransport(
  _ frame: [UInt8], _ layer: Layer, under headers: ArraySlice<Layer>, isTunnel: Bool
) -> [String] {
  guard let network = headers.first else { return ["no IP header"] }
  let size = network.kind == .ipv4 ? 4 : 16
  let addresses = network.kind == .ipv4 ? network.start + 12 : network.start + 8
  var source = Array(frame[addresses..<(addresses + size)])
  var destination = Array(frame[(addresses + size)..<(addresses + 2 * size)])
  for header in headers where header.kind == .routing {
    let contents = Array(frame[(header.start + 2)..<header.end])
    destination = finalDestination(routingHeader: contents) ?? destination
  }
  for header in headers where header.kind == .destinationOptions {
    let contents = Array(frame[(header.start + 2)..<header.end])
    source = homeAddress(destinationOptions: contents) ?? source
  }
  let segment = Array(frame[layer.start..<layer.limit])
  if layer.kind == .tcp {
    return isTCPChecksumRight(segment, source: source, destination: destination)
      ? [] : ["tcp checksum"]
  }
  var complaints: [String] = []
  if word(segment, 4) != segment.count {
    complaints.append("udp length \(word(segment, 4)) instead of \(segment.count)")
  }
  // RFC 6935: a tunnel may do without a UDP checksum, even over IPv6.
  if isTunnel && word(segment, 6) == 0 { return complaints }
  if !isUDPChecksumRight(segment, source: source, destination: destination) {
    complaints.append("udp checksum")
  }
  return complaints
}
