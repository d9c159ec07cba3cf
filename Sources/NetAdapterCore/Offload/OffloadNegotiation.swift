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
  /// The adapter's keywords, which accepted requests write.
  ///
  /// A change takes effect at the next start or request; with ``Quirks/release21H2`` at the next
  /// start.
  package var keywords: KeywordStore
  /// Deviations from the documentation to emulate.
  package let quirks: Quirks

  /// The offloads that are active for the driver.
  package internal(set) var driver = ActiveOffloads()
  /// The offloads that the stack may request of packets, in hardware or software.
  package internal(set) var stack = ActiveOffloads()
  /// All accepted requests since the latest start, together.
  package internal(set) var requested = OffloadParameters()
  /// What ``Quirks/release21H2`` keeps.
  internal var framework = Release21H2()

  /// Creates a negotiation before the first start.
  package init(
    hardware: DeclaredCapabilities = .init(), keywords: KeywordStore = .init(),
    quirks: Quirks = []
  ) {
    (self.hardware, self.keywords, self.quirks) = (hardware, keywords, quirks)
  }

  internal var is21H2: Bool { quirks.contains(.release21H2) }

  /// The offloads that hardware and software support together, before keywords disable any.
  package var offered: ActiveOffloads {
    is21H2 ? Release21H2.offered(hardware, keywords) : hardware.offered
  }

  /// The extensions that packets of the adapter carry.
  internal var packetExtensions: [PacketExtension] { hardware.packetExtensions(quirks: quirks) }

  /// Determines the active offloads when the adapter starts, by the keywords.
  ///
  /// Earlier requests are forgotten, except for what they wrote into keywords.
  ///
  /// - Complexity: O(1).
  package mutating func start() {
    requested = OffloadParameters()
    guard is21H2 else { return activate() }
    framework.start(hardware, keywords, quirks)
    stack = framework.active
    driver = stack
  }

  /// Applies a request of a protocol, or refuses it as a whole.
  ///
  /// Unless ``OffloadParameters/skipsRegistryUpdate`` is set, an accepted request writes each of
  /// its members that asks for a change into its keyword.
  ///
  /// The documentation has NDIS write the keywords before the driver sees the request, and says
  /// nothing of a request that the driver refuses. Here that writes nothing.
  ///
  /// - Throws: ``OffloadRefusal`` with every member that cannot be enabled; nothing changes then.
  /// - Complexity: O(1).
  package mutating func request(_ parameters: OffloadParameters) throws(OffloadRefusal) {
    var written = keywords
    parameters.write(to: &written)
    if is21H2 {
      let members = framework.refusals(of: parameters)
      guard members.isEmpty else { throw OffloadRefusal(members: members) }
    } else if let refusal = OffloadRefusal.documented(
      parameters, keywords: written, quirks: quirks)
    {
      throw refusal
    }
    keywords = written
    requested.merge(parameters)
    guard is21H2 else { return activate() }
    framework.request(parameters)
    stack = framework.active
    driver = framework.driver(hardware)
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

  /// Determines the active offloads by the keywords and the requests.
  internal mutating func activate() {
    let mask = OffloadMask(keywords, quirks: quirks).intersection(OffloadMask(requested))
    stack = hardware.offered.masked(by: mask)
    driver = hardware.hardwareOffloads.masked(by: mask)
  }
}
