#if os(Linux)
  import Foundation
  import TestSupport
  import XCTest

  extension NetworkNamespaces {
    /// Makes a VXLAN between the two namespaces, with the addresses 10.10.0.1 and fd10::1 on the
    /// left and those that end in 2 on the right.
    ///
    /// Skips the running test if the kernel has no VXLAN.
    ///
    /// - Parameters:
    ///   - leftInterface: Below the tunnel, in the left namespace.
    ///   - rightInterface: The same, in the right one.
    ///   - options: Those of `ip link`; `over-ipv6` has the tunnel over IPv6.
    /// - Throws: `XCTSkip`, or what running `ip` throws.
    func addTunnel(
      _ leftInterface: String, _ rightInterface: String,
      _ options: [String] = ["udpcsum", "dstport", "4789"]
    ) throws {
      let net = options.contains("over-ipv6") ? "fd09::" : "10.9.0."
      guard let ip = findTool("ip") else { throw XCTSkip("ip (iproute2) is not installed") }
      for (namespace, interface, own, other) in [
        (left, leftInterface, 1, 2), (right, rightInterface, 2, 1),
      ] {
        let added = try runTool(
          ip,
          [
            "-n", namespace, "link", "add", "vx0", "type", "vxlan", "id", "7",
            "local", "\(net)\(own)", "remote", "\(net)\(other)", "dev", interface,
          ] + options.filter { $0 != "over-ipv6" })
        guard added.status == 0 else {
          throw XCTSkip("the kernel has no VXLAN: \(added.errorText)")
        }
        try run(["-n", namespace, "addr", "add", "10.10.0.\(own)/24", "dev", "vx0"])
        try run([
          "-n", namespace, "-6", "addr", "add", "fd10::\(own)/64", "dev", "vx0", "nodad",
        ])
        try run(["-n", namespace, "link", "set", "vx0", "up"])
      }
    }
  }
#endif
