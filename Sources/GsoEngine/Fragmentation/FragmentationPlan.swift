public import WireFormats

/// What one fragment of a plan will be, before any octet of it is written.
///
/// All lengths are octets; ranges count from the first octet of the frame that is segmented.
public struct Fragment: PlannedFrame, Hashable {
  /// Position in the plan, from 0.
  public let index: Int
  /// The octets of the frame that this fragment carries after its IP headers.
  public let payloadRange: Range<Int>
  /// Link header and IP headers, an IPv6 fragment header included.
  public let headerLength: Int
  /// Where the payload belongs in the packet.
  public let fragmentOffset: Int
  /// True for all fragments but the last.
  public let moreFragments: Bool
  /// The same in all fragments: 16 bits over IPv4, 32 over IPv6.
  public let identification: UInt32

  /// Length of the complete frame.
  public var frameLength: Int { headerLength + payloadRange.count }
}

/// How a packet will travel as IP fragments (RFC 791, section 3.2; RFC 8200, section 4.5).
///
/// Unlike a ``SegmentationPlan`` this cuts below the transport layer: the receiver puts one datagram
/// together again. Linux calls it UDP fragmentation offload when a NIC does it.
public struct FragmentationPlan: Hashable, Sendable {
  /// Where everything lies in the frame.
  public let layout: PacketLayout
  /// Octets after the IP headers of every fragment but the last; a multiple of 8.
  public let fragmentSize: Int
  /// Number of fragments; 1 if the packet needs no segmentation and stays a whole packet.
  public let count: Int
  /// The same in all fragments: 16 bits over IPv4, 32 over IPv6.
  public let identification: UInt32
  /// What is segmented, in octets from the start of the frame.
  public let fragmentableRange: Range<Int>
  /// What happens to DF, to IPv4 options and to checksums.
  public let rules: FragmentationRules

  internal let network: NetworkLayout
  /// Link and IP headers of the fragments after the first one, in octets.
  internal let laterHeaderLength: Int

  /// Plans the fragments of a frame whose layout is known.
  ///
  /// In a tunnel the outer packet is fragmented; the inner one matters to checksums alone. A datagram
  /// that ends before its packet (RFC 9868) is fragmented with all that comes after it.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - layout: The layout of that frame.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the packet cannot be segmented as asked.
  /// - Complexity: O(1). Does not allocate.
  public init(
    of frame: RawSpan, layout: PacketLayout, request: FragmentationRequest
  ) throws(SegmentationError) {
    let cut = try FragmentationCheck(of: frame, layout: layout, request: request)
    self.layout = layout
    (network, rules) = (cut.network, request.rules)
    (fragmentSize, count) = (cut.fragmentSize, cut.fragmentCount)
    (fragmentableRange, laterHeaderLength) = (cut.fragmentableRange, cut.laterHeaderLength)
    switch cut.network.version {
    case .ipv4:
      identification = UInt32(
        frame.networkOrder(
          at: cut.network.offset + IPv4Header.Field.identification, as: UInt16.self))
    case .ipv6: identification = request.identification
    }
  }

  /// Reads the headers of a frame and plans its fragments.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: In which encapsulations partial checksums are looked for; defaults to all
  ///     well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the packet cannot be segmented as asked.
  /// - Complexity: O(*n*) in the number of headers. Does not allocate.
  public init(
    of frame: RawSpan, link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: FragmentationRequest
  ) throws(SegmentationError) {
    let layout: PacketLayout
    do throws(WireError) {
      layout = try PacketLayout(parsing: frame, link: link, tunnels: tunnels)
    } catch {
      throw .frame(error)
    }
    try self.init(of: frame, layout: layout, request: request)
  }

  /// Reads the headers of a frame that is held as an array, and plans its fragments.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: In which encapsulations partial checksums are looked for; defaults to all
  ///     well-known ones.
  ///   - request: What is asked for.
  /// - Throws: ``SegmentationError`` if the packet cannot be segmented as asked.
  public init(
    of frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown,
    request: FragmentationRequest
  ) throws(SegmentationError) {
    try self.init(of: frame.octets, link: link, tunnels: tunnels, request: request)
  }
}

extension FragmentationPlan: FramePlan {
  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of fragments.
  public var endIndex: Int { count }

  /// What fragment `index` will be.
  ///
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(1). Does not allocate.
  public subscript(index: Int) -> Fragment {
    precondition(index >= 0 && index < count, "fragment index out of range")
    return Fragment(
      index: index, payloadRange: payloadRange(of: index), headerLength: headerLength(of: index),
      fragmentOffset: index * fragmentSize, moreFragments: index != count - 1,
      identification: identification)
  }

  internal func payloadRange(of index: Int) -> Range<Int> {
    let start = fragmentableRange.lowerBound + index * fragmentSize
    return start..<Swift.min(start + fragmentSize, fragmentableRange.upperBound)
  }

  /// Link and IP headers of fragment `index`, in octets.
  internal func headerLength(of index: Int) -> Int {
    if index > 0 { return laterHeaderLength }
    let isFragment = count > 1 && network.version == .ipv6
    return fragmentableRange.lowerBound + (isFragment ? FragmentationCheck.ipv6HeaderLength : 0)
  }

  /// What all fragments take together, in octets.
  public var totalFrameLength: Int { outputRange(of: count - 1).upperBound }

  /// Where fragment `index` lies if all are written back to back, in octets.
  ///
  /// - Precondition: `index` is in `0..<count`.
  public func outputRange(of index: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "fragment index out of range")
    let start =
      index * fragmentSize + (index == 0 ? 0 : headerLength(of: 0))
      + Swift.max(0, index - 1) * laterHeaderLength
    return start..<(start + headerLength(of: index) + payloadRange(of: index).count)
  }
}
