#if os(Linux)
  public import Foundation
  import XCTest

  /// Two network namespaces that this process made, and removes.
  ///
  /// Their names have the number of this process, so that those of a run that was killed are
  /// recognised and removed by the next one. Others are never touched.
  public final class NetworkNamespaces {
    private static let prefix = "vnicw"
    nonisolated(unsafe) private static var count = 0

    /// The name of the left one.
    public let left: String
    /// The name of the right one.
    public let right: String
    /// The name of an interface to use, of at most 15 octets, that no other test uses.
    public let leftInterface: String
    /// Another one.
    public let rightInterface: String
    private let ip: URL
    private var links: [String] = []

    /// Makes the namespaces, or skips the running test with the reason why it cannot.
    public init() throws {
      try skipUnlessRoot()
      guard let ip = findTool("ip") else { throw XCTSkip("ip (iproute2) is not installed") }
      guard FileManager.default.isReadableFile(atPath: "/dev/net/tun") else {
        throw XCTSkip("/dev/net/tun is not there")
      }
      self.ip = ip
      unsafe Self.count += 1
      let number = unsafe "\(getpid())-\(Self.count)"
      (left, right) = ("\(Self.prefix)-\(number)-l", "\(Self.prefix)-\(number)-r")
      let name = unsafe "v\(getpid() % 1_000_000)x\(Self.count % 1_000)"
      (leftInterface, rightInterface) = (name + "l", name + "r")
      try Self.removeStale(ip)
      for namespace in [left, right] {
        let made = try runTool(ip, ["netns", "add", namespace])
        guard made.status == 0 else {
          throw XCTSkip("network namespaces cannot be made: \(made.errorText)")
        }
        try run(["-n", namespace, "link", "set", "lo", "up"])
      }
    }

    deinit {
      for link in links { _ = try? runTool(ip, ["link", "del", link]) }
      for namespace in [left, right] { _ = try? runTool(ip, ["netns", "del", namespace]) }
    }

    /// Removes namespaces of runs that do not exist any more.
    private static func removeStale(_ ip: URL) throws {
      for line in try runTool(ip, ["netns", "list"]).text.split(separator: "\n") {
        let name = String(line.prefix { $0 != " " })
        let parts = name.split(separator: "-")
        guard parts.count == 4, parts[0] == prefix, let process = Int32(parts[1]) else { continue }
        if kill(process, 0) == 0 || errno != ESRCH { continue }
        _ = try runTool(ip, ["netns", "del", name])
      }
    }

    /// Runs `ip`, and fails the test if it fails.
    @discardableResult
    public func run(_ arguments: [String], line: UInt = #line) throws -> ToolResult {
      let result = try runTool(ip, arguments)
      XCTAssertEqual(
        result.status, 0, "ip \(arguments.joined(separator: " ")): \(result.errorText)", line: line)
      return result
    }

    /// Runs a program in a namespace.
    public func run(_ tool: URL, _ arguments: [String], in namespace: String) throws -> ToolResult {
      try runTool(ip, ["netns", "exec", namespace, tool.path] + arguments)
    }

    /// Makes a pair of veth interfaces outside of the namespaces, which is up, and goes with this
    /// object.
    public func makePair() throws {
      try makePair(leftInterface, peer: rightInterface)
      try run(["link", "set", rightInterface, "up"])
    }

    /// Makes a pair of veth interfaces outside of the namespaces, of which the first one is up, and
    /// both go with this object.
    public func makePair(_ name: String, peer: String, mtu: Int = 1_500) throws {
      links.append(name)
      try run(["link", "add", name, "mtu", "\(mtu)", "type", "veth", "peer", "name", peer])
      try run(["link", "set", name, "up"])
    }

    /// Moves an interface into the left or the right namespace, gives it addresses, and sets it up.
    ///
    /// The left one is 10.9.0.1 and fd09::1, the right one 10.9.0.2 and fd09::2.
    public func adopt(_ interface: String, on namespace: String, mtu: Int) throws {
      let host = namespace == left ? 1 : 2
      try run(["link", "set", "dev", interface, "netns", namespace])
      let here = ["-n", namespace]
      try run(here + ["link", "set", interface, "mtu", "\(mtu)"])
      try run(here + ["addr", "add", "10.9.0.\(host)/24", "dev", interface])
      // The kernel has no IPv6 below an MTU of 1280.
      if mtu >= 1_280 {
        try run(here + ["-6", "addr", "add", "fd09::\(host)/64", "dev", interface, "nodad"])
      }
      try run(here + ["link", "set", interface, "up"])
    }
  }
#endif
