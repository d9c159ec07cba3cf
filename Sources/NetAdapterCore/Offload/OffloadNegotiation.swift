/// How declared hardware, keywords and requests become active offloads.
///
/// A plain value without an adapter, so that every combination can be looked at on its own.
///
/// ```swift
/// var negotiation = OffloadNegotiation(hardware: declared)
/// negotiation.keywords[.lsoV2IPv6] = .string("0")
/// negotiation.start()
/// negotiation.driver.isLsoIPv6Enabled  // false
/// ```
///
/// Active for the driver is what the hardware has and neither a keyword nor a request switches off.
/// ``Quirks/release21H2`` gives the framework's own answers.
public struct OffloadNegotiation: Sendable {
  /// What the driver declared.
  ///
  /// A change has effect at the next start or request.
  public var hardware: DeclaredCapabilities
  /// The adapter's keywords.
  ///
  /// A change has effect at the next start or request.
  public var keywords: KeywordStore
  /// In which ways to be unlike the documentation.
  public let quirks: Quirks

  /// What a driver is told to do.
  public private(set) var driver = ActiveOffloads()
  /// What the stack may ask for, done by hardware or software.
  public private(set) var stack = ActiveOffloads()
  /// What protocols want, all accepted requests taken together.
  public private(set) var requested = RequestedOffloads()
  /// What ``Quirks/release21H2`` keeps of requests.
  private var translated = OffloadMask()

  /// Prepares for a start.
  public init(
    hardware: DeclaredCapabilities = .init(), keywords: KeywordStore = .init(),
    quirks: Quirks = []
  ) {
    (self.hardware, self.keywords, self.quirks) = (hardware, keywords, quirks)
  }

  /// What the stack is told that the adapter can do, before keywords switch anything off.
  public var offered: ActiveOffloads { hardware.offered(keywords, quirks: quirks) }

  /// Works out what is active when the adapter starts.
  ///
  /// Earlier requests still hold; with ``Quirks/release21H2`` they are forgotten.
  ///
  /// - Complexity: O(1).
  public mutating func start() {
    let mask = OffloadMask(keywords, quirks: quirks)
    guard quirks.contains(.release21H2) else { return activate(mask) }
    requested = RequestedOffloads()
    translated = mask
    stack = offered.masked(by: mask)
    driver = stack
  }

  /// Takes over a request of the protocol, or refuses it as a whole.
  ///
  /// - Throws: ``OffloadRefusal`` with every member that asks for what cannot be; nothing has changed
  ///   then.
  /// - Complexity: O(1).
  public mutating func request(_ parameters: OffloadParameters) throws(OffloadRefusal) {
    let mask = OffloadMask(keywords, quirks: quirks)
    let isStrict = quirks.contains(.release21H2)
    let refused =
      isStrict
      ? OffloadRefusal.release21H2(parameters, defaults: offered.masked(by: mask))
      : OffloadRefusal.documented(parameters, keywords: mask)
    guard refused.isEmpty else { throw OffloadRefusal(members: refused) }
    requested = requested.applying(parameters)
    guard isStrict else { return activate(mask) }
    translated = translated.release21H2(applying: parameters, keywords: mask)
    stack = offered.masked(by: translated)
    driver = hardware.hardwareOffloads.intersection(stack)
  }

  /// Works out what is active when paused offloads go on.
  ///
  /// The same as before; with ``Quirks/release21H2`` what was requested, without regard to hardware.
  ///
  /// - Complexity: O(1).
  public mutating func resume() {
    if quirks.contains(.release21H2) { driver = stack }
  }

  private mutating func activate(_ keywords: OffloadMask) {
    let mask = keywords.intersection(OffloadMask(requested))
    stack = offered.masked(by: mask)
    driver = hardware.hardwareOffloads.masked(by: mask)
  }
}
