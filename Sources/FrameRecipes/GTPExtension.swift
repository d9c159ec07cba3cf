extension FrameRecipe {
  /// An extension header of GTP-U (3GPP TS 29.281, section 5.2).
  public struct GTPExtension: Equatable, Sendable {
    /// Its type; that of a PDU session container is 0x85.
    public var number: UInt8
    /// What stands between its length and the type of the next header; padded with zeros to whole
    /// words of four octets with these two.
    public var contents: [UInt8]

    /// A header of these octets, right or wrong.
    public init(_ number: UInt8, _ contents: [UInt8] = []) {
      (self.number, self.contents) = (number, contents)
    }

    /// Octets of the header.
    public var byteCount: Int { (contents.count + 5) / 4 * 4 }

    /// The header, without the type of the next one.
    fileprivate var octetsBeforeNext: [UInt8] {
      let padding = [UInt8](repeating: 0, count: byteCount - contents.count - 2)
      return [UInt8(truncatingIfNeeded: byteCount / 4)] + contents + padding
    }
  }

  /// A GTP-U header around `payloadCount` octets (3GPP TS 29.281, section 5.1), as the kind has it.
  static func gtpHeader(
    tunnel: UInt32, sequence: UInt16?, packetNumber: UInt8?, extensions: [GTPExtension],
    length: LengthField, payloadCount: Int
  ) -> [UInt8] {
    var flags: UInt8 = 0x30
    if !extensions.isEmpty { flags += 4 }
    if sequence != nil { flags += 2 }
    if packetNumber != nil { flags += 1 }
    var optional: [UInt8] = []
    if flags != 0x30 {
      optional = networkOrder16(sequence ?? 0) + [packetNumber ?? 0]
      for header in extensions { optional += [header.number] + header.octetsBeforeNext }
      optional.append(0)
    }
    let field = length.resolve(optional.count + payloadCount)
    return [flags, 255] + networkOrder16(field) + networkOrder32(tunnel) + optional
  }
}
