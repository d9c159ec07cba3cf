#if os(Linux)
  import Foundation
  import Synchronization

  /// SIGINT, SIGTERM and SIGHUP as input of a pipe, so that poll(2) returns for them.
  ///
  /// A second signal ends the program at once. What the caller ignores stays ignored.
  final class StopSignals {
    /// Where a handler writes to; -1 without.
    private static let writeEnd = Atomic<Int32>(-1)

    /// Readable once a signal has come.
    let descriptor: Int32

    init() throws(Failure) {
      var ends: [Int32] = [-1, -1]
      // SAFETY: the array has room for both ends.
      guard unsafe pipe(&ends) == 0 else { throw Failure("pipe: \(systemErrorText())") }
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
      descriptor = ends[0]
      Self.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
      for number in [SIGINT, SIGTERM, SIGHUP] {
        let previous = signal(number, Self.note)
        if UnfinishedFile.isIgnoring(previous) { _ = signal(number, SIG_IGN) }
      }
    }

    /// Does only what POSIX allows in the handler of a signal.
    private static let note: @convention(c) (Int32) -> Void = { number in
      var octet: UInt8 = 1
      // SAFETY: the octet lives for the call.
      _ = unsafe write(StopSignals.writeEnd.load(ordering: .sequentiallyConsistent), &octet, 1)
      // A second one ends the program, without leaving an incomplete capture.
      _ = signal(number, UnfinishedFile.removeAndEnd)
    }

    /// Closes the pipe; later signals have their usual effect.
    func close() {
      for number in [SIGINT, SIGTERM, SIGHUP] {
        let previous = signal(number, SIG_DFL)
        if UnfinishedFile.isIgnoring(previous) { _ = signal(number, SIG_IGN) }
      }
      let other = Self.writeEnd.exchange(-1, ordering: .sequentiallyConsistent)
      Foundation.close(descriptor)
      Foundation.close(other)
    }
  }
#endif
