// In front of the README's code: the frame that it cuts.

/// Ethernet, IPv4 and TCP with time stamps: 66 octets of headers, 65,226 of payload, both checksums 0.
let superFrame: [UInt8] =
  [0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1, 0x08, 0x00]
  + [0x45, 0, 0xFE, 0xFE, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]
  + [0xC3, 0x50, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x80, 0x19, 0xFF, 0xFF, 0, 0, 0, 0]
  + [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]
  + [UInt8](repeating: 0x5A, count: 65_226)

/// A virtio-net header that asks for its segmentation: TCP over IPv4, 1448 octets each.
let octetsInFrontOfTheFrame: [UInt8] = [1, 1, 66, 0, 0xA8, 0x05, 34, 0, 16, 0, 0, 0]
