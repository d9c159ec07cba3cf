import Foundation
public import VirtualNICTesting

extension SeededGenerator {
  /// The environment variable that overrides the seed of ``fromEnvironment(_:)``.
  public static let environmentVariable = "VNIC_TEST_SEED"

  /// Starts from `VNIC_TEST_SEED` (decimal, or hexadecimal after `0x`), else from `fallback`.
  ///
  /// The seed in use is printed once per call, so that any run can be repeated.
  public static func fromEnvironment(_ fallback: UInt64 = 0x5EED) -> SeededGenerator {
    let text = ProcessInfo.processInfo.environment[environmentVariable]
    let seed = text.flatMap(parse) ?? fallback
    print("\(environmentVariable)=\(seed)")
    return SeededGenerator(seed: seed)
  }

  private static func parse(_ text: String) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}
