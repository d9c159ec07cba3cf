import Foundation

/// Which processors this thread may run on.
enum Processors {
  /// `sched_setaffinity(2)`: process, size of the set in octets, the set.
  private typealias SetAffinity = @convention(c) (Int32, Int, UnsafeRawPointer) -> Int32

  /// As many processors as Linux has names for, in octets.
  private static let setSize = 128

  /// Pins the calling thread, and the threads that it starts from now on.
  static func stay(on processors: [Int]) throws(Failure) {
    // Looked up by name: the C library shows it to GNU sources only, which Swift's are not.
    // SAFETY: the name is that of a function with exactly this C signature.
    guard let symbol = unsafe dlsym(nil, "sched_setaffinity") else {
      throw Failure("the C library cannot choose a processor")
    }
    let setAffinity = unsafe unsafeBitCast(symbol, to: SetAffinity.self)
    var set = [UInt8](repeating: 0, count: setSize)
    for number in processors where number / 8 < setSize { set[number / 8] |= 1 << (number % 8) }
    // SAFETY: the size is that of the array; 0 is the calling thread.
    guard unsafe setAffinity(0, setSize, set) == 0 else {
      throw Failure("processor \(processors[0]): \(systemErrorText())")
    }
  }
}
