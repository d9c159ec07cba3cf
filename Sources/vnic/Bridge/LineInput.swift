#if os(Linux)
  import Foundation

  /// Lines of standard input, as they come.
  struct LineInput {
    /// The longest line, in octets.
    private static let limit = 4_096
    private(set) var isOpen = true
    private var pending: [UInt8] = []

    /// Reads once; returns the complete lines.
    mutating func read() -> [String] {
      var octets = [UInt8](repeating: 0, count: Self.limit)
      // SAFETY: the array has as many octets as the call is told.
      let count = unsafe Foundation.read(STDIN_FILENO, &octets, octets.count)
      if count <= 0 {
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        isOpen = false
        pending.append(0x0A)
      } else {
        pending += octets.prefix(count)
      }
      var lines = pending.split(separator: 0x0A, omittingEmptySubsequences: false)
      let rest = lines.popLast() ?? []
      let texts = lines.map { String(decoding: $0, as: UTF8.self) }
      // A line without an end is no line.
      pending = rest.count > Self.limit ? [] : Array(rest)
      return texts
    }
  }
#endif
