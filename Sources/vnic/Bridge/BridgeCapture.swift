#if os(Linux)
  import Foundation
  import LinuxWire
  import PacketCapture
  import WireFormats

  /// Writes what both kernels send and get to a pcapng file with two interfaces, `left` and
  /// `right`.
  ///
  /// Each frame has a comment: `sent`, by the kernel of that side, with its virtio-net header and
  /// what was decided; or `received`, with the header if there is more in it than zeros.
  final class BridgeCapture {
    private static let flushByteCount = 262_144
    private let clock: BridgeClock
    private let file: OutputFile
    private var writer: PcapngWriter
    private let left: Int
    private let right: Int
    /// Why writing ended.
    private(set) var failure: Failure?

    init(_ path: String, _ bridge: WireBridge, _ clock: BridgeClock) throws {
      self.clock = clock
      file = try OutputFile(path)
      writer = PcapngWriter(minimumSnapLength: file.leastSnapLength)
      left = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "left"))
      right = try writer.addInterface(CaptureInterface(linkType: .ethernet, name: "right"))
      bridge.onRead = { [weak self, weak bridge] side, header, frame, decision in
        self?.write(frame, side === bridge?.left, "sent: \(decision)" + header.comment)
      }
      bridge.onWritten = { [weak self, weak bridge] side, header, frame, result in
        guard result == .sent else { return }
        self?.write(frame, side === bridge?.left, "received" + header.comment)
      }
    }

    private func write(_ frame: RawSpan, _ isLeft: Bool, _ comment: String) {
      guard failure == nil else { return }
      do {
        try writer.write(
          frame, interface: isLeft ? left : right,
          at: CaptureTimestamp(nanoseconds: Int64(clamping: clock.timeOfDay)), comment: comment)
        if writer.pendingByteCount > Self.flushByteCount { try drain() }
      } catch let error as Failure {
        failure = error
      } catch {
        failure = Failure("\(file.name): \(error)")
      }
    }

    /// Writes what is pending, and gives the file its name.
    func finish() throws {
      if let failure { throw failure }
      try drain()
      for update in writer.snapLengthUpdates {
        try file.update(update.octets, at: update.byteOffset)
      }
      try file.finish()
    }

    private func drain() throws {
      let file = file
      try writer.drain { (octets) throws(Failure) in try file.write(octets) }
    }
  }

  extension VirtioNetHeader {
    /// What it asks for, for a comment; empty if it asks for nothing.
    fileprivate var comment: String {
      var parts: [String] = []
      if gsoType != .none {
        parts.append("gso_type 0x\(String(gsoType.rawValue, radix: 16)), gso_size \(gsoSize)")
      }
      if flags.contains(.needsChecksum) {
        parts.append("partial checksum at \(checksumStart)+\(checksumOffset)")
      }
      return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }
  }
#endif
