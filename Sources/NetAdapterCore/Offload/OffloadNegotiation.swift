/// The rules by which declared hardware, keywords and requests determine the active offloads.
///
/// A value without an adapter, so that tests can check every combination.
///
/// ```swift
/// var negotiation = OffloadNegotiation(hardware: declared)
/// negotiation.keywords[.lsoV2IPv6] = .string("0")
/// negotiation.start()
/// negotiation.driver.isLsoIPv6Enabled  // false
/// ```
///
/// Active for the driver is what the hardware supports and neither a keyword nor a request
/// disables. ``Quirks/release21H2`` replaces this rule by the framework's own.
package struct OffloadNegotiation: Sendable {
  /// The capabilities that the driver declared.
  ///
  /// A change takes effect at the next start or request.
  package var hardware: DeclaredCapabilities
  /// The adapter's keywords.
  ///
  /// A change takes effect at the next start or request.
  package var keywords: KeywordStore
  /// Deviations from the documentation to emulate.
  package let quirks: Quirks

  /// The offloads that are active for the driver.
  package private(set) var driver = ActiveOffloads()
  /// The offloads that the stack may request of packets, in hardware or software.
  package private(set) var stack = ActiveOffloads()
  /// All accepted requests of protocols together.
  package private(set) var requested = RequestedOffloads()
  /// The mask that ``Quirks/release21H2`` keeps instead of ``requested``.
  private var requestMask21H2 = OffloadMask()

  /// Creates a negotiation before the first start.
  package init(
    hardware: DeclaredCapabilities = .init(), keywords: KeywordStore = .init(),
    quirks: Quirks = []
  ) {
    (self.hardware, self.keywords, self.quirks) = (hardware, keywords, quirks)
  }

  private var is21H2: Bool { quirks.contains(.release21H2) }

  /// The offloads that hardware and software support together, before keywords disable any.
  package var offered: ActiveOffloads { hardware.offered(keywords, quirks: quirks) }

  /// The extensions that packets of the adapter carry.
  internal var packetExtensions: [PacketExtension] { hardware.packetExtensions(quirks: quirks) }

  /// Determines the active offloads when the adapter starts.
  ///
  /// Earlier requests remain in effect; with ``Quirks/release21H2`` they are forgotten.
  ///
  /// - Complexity: O(1).
  package mutating func start() {
    let mask = OffloadMask(keywords, quirks: quirks)
    guard is21H2 else { return activate(mask) }
    requested = RequestedOffloads()
    requestMask21H2 = mask
    stack = offered.masked(by: mask)
    driver = stack
  }

  /// Applies a request of a protocol, or refuses it as a whole.
  ///
  /// - Throws: ``OffloadRefusal`` with every member that cannot be enabled; nothing changes then.
  /// - Complexity: O(1).
  package mutating func request(_ parameters: OffloadParameters) throws(OffloadRefusal) {
    let mask = OffloadMask(keywords, quirks: quirks)
    let refused =
      is21H2
      ? OffloadRefusal.release21H2(parameters, defaults: offered.masked(by: mask))
      : OffloadRefusal.documented(parameters, keywords: mask)
    guard refused.isEmpty else { throw OffloadRefusal(members: refused) }
    requested = requested.applying(parameters)
    guard is21H2 else { return activate(mask) }
    requestMask21H2 = requestMask21H2.release21H2(applying: parameters, keywords: mask)
    stack = offered.masked(by: requestMask21H2)
    driver = hardware.hardwareOffloads.intersection(stack)
  }

  /// Determines the active offloads when paused offloads resume.
  ///
  /// They are those from before the pause. With ``Quirks/release21H2`` they are those that were
  /// requested, whether or not the hardware supports them.
  ///
  /// - Complexity: O(1).
  package mutating func resume() {
    if is21H2 { driver = stack }
  }

  private mutating func activate(_ keywords: OffloadMask) {
    let mask = keywords.intersection(OffloadMask(requested))
    stack = offered.masked(by: mask)
    driver = hardware.hardwareOffloads.masked(by: mask)
  }
}
