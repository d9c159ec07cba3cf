internal import WireFormats

/// Memory for one frame with its header, which nothing else can change.
@safe
internal final class FrameMemory {
  private let memory: UnsafeMutableRawBufferPointer

  init() {
    // SAFETY: initialised here in full, and freed once.
    unsafe memory = .allocate(byteCount: 12 + VhostQueue.maximumFrameByteCount, alignment: 64)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
  }

  // SAFETY: freed once.
  deinit { unsafe memory.deallocate() }

  /// Copies buffers of a guest, each octet once, one after the other; what has no room is left out.
  func copy(from buffers: [GuestBuffer]) {
    var offset = 0
    // By index, here and below: builds without optimisation allocate for each step of an iterator.
    for index in 0..<buffers.count {
      let buffer = buffers[index]
      // SAFETY: the memory has room for as many octets, and the buffer that many.
      let count = unsafe min(buffer.byteCount, memory.count - offset)
      guard count > 0, let base = unsafe memory.baseAddress else { return }
      unsafe (base + offset).copyMemory(from: buffer.pointer, byteCount: count)
      offset += count
    }
  }

  /// The first octets.
  @_lifetime(borrow self)
  func octets(_ byteCount: Int) -> RawSpan {
    // SAFETY: the memory was initialised, and lives as long as this object.
    let all = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(memory))
    return unsafe _overrideLifetime(all.extracting(first: byteCount), borrowing: self)
  }
}

/// The virtio-net header of a frame for a guest.
internal struct VhostFrameHeader {
  let header: VirtioNetHeader
  let byteCount: Int

  /// Writes the header and `frame` to buffers of a guest that have room for them.
  func write(to buffers: [GuestBuffer], _ frame: RawSpan, bufferCount: Int) {
    var header = header
    header.bufferCount = UInt16(truncatingIfNeeded: bufferCount)
    // Octets of header and frame that are written.
    var done = 0
    // SAFETY: the octets of the header are used within the closure only.
    unsafe withHeaderOctets(of: header) { octets in
      for index in 0..<buffers.count {
        let buffer = buffers[index]
        var room = buffer.byteCount
        // SAFETY: only the octets of this buffer are written, and each source is read in bounds.
        var to = unsafe buffer.pointer
        if done < byteCount {
          let count = min(room, byteCount - done)
          unsafe to.copyMemory(from: octets + done, byteCount: count)
          unsafe to += count
          room -= count
          done += count
        }
        let count = min(room, byteCount + frame.byteCount - done)
        guard count > 0 else { continue }
        unsafe frame.withUnsafeBytes { source in
          guard let base = source.baseAddress else { return }
          unsafe to.copyMemory(from: base + (done - byteCount), byteCount: count)
        }
        done += count
      }
    }
  }

  /// The octets of the header, without an allocation.
  private func withHeaderOctets(of header: VirtioNetHeader, _ body: (UnsafeRawPointer) -> Void) {
    // Two words have room for the 12 octets of the longest form.
    var words: (UInt64, UInt64) = (0, 0)
    unsafe withUnsafeMutableBytes(of: &words) { octets in
      // SAFETY: the words are initialised, and used within the closure only.
      var span = unsafe MutableRawSpan(_unsafeBytes: octets)
      try? header.write(to: &span, form: byteCount == 10 ? .legacy : .modern)
      guard let base = octets.baseAddress else { return }
      unsafe body(UnsafeRawPointer(base))
    }
  }
}
