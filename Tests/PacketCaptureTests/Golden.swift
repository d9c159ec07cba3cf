/// Small captures written out by hand, with the same two frames wherever the format allows.
enum Golden {
  static let pcapLittle = octets(
    """
    d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000
    99887766 3f420f00 04000000 ea050000 deadbeef
    ffffffff 00000000 00000000 00000000
    """)

  static let pcapBig = octets(
    """
    a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001
    66778899 000f423f 00000004 000005ea deadbeef
    ffffffff 00000000 00000000 00000000
    """)

  static let pcapNanosecondsLittle = octets(
    """
    4d3cb2a1 0200 0400 00000000 00000000 00000400 71000000
    99887766 ffc99a3b 05000000 05000000 0102030405
    """)

  static let pcapNanosecondsBig = octets(
    """
    a1b23c4d 0002 0004 00000000 00000000 00040000 00000071
    66778899 3b9ac9ff 00000005 00000005 0102030405
    """)

  /// One section, one interface eth0 counting nanoseconds, one frame with a comment.
  static let pcapngLittle = octets(
    """
    0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000
    01000000 28000000 0100 0000 00000400
      0200 0400 65746830 0900 0100 09000000 0000 0000 28000000
    06000000 34000000 00000000 3d81db17 ff836dfc 05000000 ea050000 0102030405 000000
      0100 0200 68690000 0000 0000 34000000
    """)

  static let pcapngBig = octets(
    """
    0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
    00000001 00000028 0001 0000 00040000
      0002 0004 65746830 0009 0001 09000000 0000 0000 00000028
    00000006 00000034 00000000 17db813d fc6d83ff 00000005 000005ea 0102030405 000000
      0001 0002 68690000 0000 0000 00000034
    """)

  /// Everything the reader knows: two sections of different byte order, options on every block,
  /// several interfaces, all three kinds of frames, and blocks to be skipped in between.
  static let pcapngRich = octets(
    """
    0a0d0d0a 28000000 4d3c2b1a 0100 0200 ffffffffffffffff
      0400 0400 746f6f6c 0000 0000 28000000
    04000000 10000000 00000000 10000000
    01000000 14000000 0100 0000 03000000 14000000
    01000000 30000000 6500 0000 00000000
      0900 0100 8a000000 0d00 0100 04000000 0e00 0800 0a00000000000000 30000000
    06000000 24000000 01000000 00000000 000c0000 02000000 02000000 4500 0000 24000000
    adde0000 14000000 0102030405060708 14000000
    02000000 2c000000 0000 0700 00000000 40420f00 01000000 01000000 aa000000
      0200 0400 01000000 2c000000
    03000000 14000000 05000000 a1a2a3 00 14000000
    0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c
    00000001 00000014 0114 0000 00000000 00000014
    0000dead 0000000c 0000000c
    00000006 0000003c 00000000 00000000 000f4241 00000004 00000004 deadbeef
      0001 0003 6f6e6500 8bac 0002 ffff0000 0001 0003 74776f00 0000003c
    """)

  static let all: [(name: String, octets: [UInt8])] = [
    ("pcap, little endian", pcapLittle), ("pcap, big endian", pcapBig),
    ("pcap of nanoseconds, little endian", pcapNanosecondsLittle),
    ("pcap of nanoseconds, big endian", pcapNanosecondsBig),
    ("pcapng, little endian", pcapngLittle), ("pcapng, big endian", pcapngBig),
    ("pcapng with everything", pcapngRich),
  ]
}
