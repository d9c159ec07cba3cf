internal import Glibc

extension WireEndError: CustomStringConvertible {
  /// One sentence: the device, the call that failed, why, and what to do.
  public var description: String {
    switch self {
    case .system(let call, let device, let number):
      "\(device): \(call): \(WireSystem.text(of: number))"
        + (Self.remedy(call, number).map { "; \($0)" } ?? "")
    case .gone(let device):
      "\(device): the interface does not exist any more; it was deleted, or its network namespace "
        + "was"
    case .interfaceName(let name, let limit):
      "`\(name)` cannot be the name of an interface: 1 to \(limit) octets are needed, without "
        + "slashes, blanks and colons"
    case .queueCount(let count, let limit):
      "\(count) queues cannot be; a device has 1 to \(limit)"
    case .noVirtualTime(let side):
      "the \(side) end has a clock of its own; virtual time needs a back end of vhost-user that "
        + "offers in-band notifications"
    }
  }

  /// What a user can do about it; nil if nothing is known.
  private static func remedy(_ call: String, _ number: Int32) -> String? {
    switch (call, number) {
    case ("open", ENOENT), ("open", ENODEV), ("open", ENXIO):
      "the kernel has no TAP devices: `modprobe tun`"
    case ("open", EACCES), ("open", EPERM), ("TUNSETIFF", EPERM):
      "run as root, or let root make the device for you: `ip tuntap add NAME mode tap user USER`"
    case ("TUNSETIFF", EBUSY):
      "another program has the device open; end that program, or choose another name"
    case ("TUNSETIFF", EINVAL):
      "an interface of this name is of another kind, or has another number of queues than asked "
        + "for; choose another name, or delete it: `ip link del NAME`"
    case ("TUNSETIFF", E2BIG): "the device has no queue left; open fewer"
    case ("socket", EPERM), ("socket", EACCES):
      "packet sockets need CAP_NET_RAW: run as root"
    case ("if_nametoindex", ENODEV):
      "there is no such interface in this network namespace; `ip link` lists them"
    case ("bind", EADDRINUSE): "another process listens there; end it, or choose another path"
    case ("bind", EEXIST): "there is a file of another kind; choose another path"
    case ("bind", ENAMETOOLONG): "the path of a socket has at most 107 octets"
    case ("PACKET_VNET_HDR", _):
      "the kernel has no virtio-net headers for packet sockets"
    default: nil
    }
  }
}
