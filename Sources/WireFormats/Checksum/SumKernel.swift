internal import Synchronization

/// Code that sums payload, and that copies and sums it in one pass.
///
/// All give the same sums at different speeds. Defaults to the fastest that the processor can run.
public enum SumKernel: String, Hashable, Sendable, CaseIterable {
  /// Swift for any processor, with the vectors that the package is built for: SSE2 on x86-64, NEON
  /// on arm64.
  case portable
  /// Vectors of 256 bits on x86-64.
  case avx2

  /// True if this processor can run it.
  public var isAvailable: Bool {
    switch self {
    case .portable: true
    case .avx2: AVX2Kernel.isAvailable
    }
  }

  /// The fastest that this processor can run.
  public static var fastest: SumKernel { AVX2Kernel.isAvailable ? .avx2 : .portable }

  /// The kernel that this process uses.
  public static var current: SumKernel {
    switch chosen.load(ordering: .relaxed) {
    case Choice.portable: .portable
    case Choice.avx2: .avx2
    default: decide()
    }
  }

  /// Uses this kernel in the whole process, from the next call on.
  ///
  /// May be called at any time and from any thread: concurrent calls get the same sums from either
  /// kernel.
  ///
  /// - Returns: False if this processor cannot run it; nothing changes then.
  @discardableResult
  public func use() -> Bool {
    guard isAvailable else { return false }
    chosen.store(self == .avx2 ? Choice.avx2 : Choice.portable, ordering: .relaxed)
    return true
  }

  private static func decide() -> SumKernel {
    let kernel = fastest
    kernel.use()
    return kernel
  }

  private enum Choice {
    static let portable: UInt8 = 1
    static let avx2: UInt8 = 2
  }
}

/// The kernel that the process uses, as a ``SumKernel/Choice``; 0 until one is asked for.
private let chosen = Atomic<UInt8>(0)
