import Foundation
import Synchronization

/// libFuzzer without its `main`, which SwiftPM does not let stand beside that of a Swift module.
@_extern(c)
private func LLVMFuzzerRunDriver(
  _ argumentCount: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The target of this process; libFuzzer calls a function without a context.
private let target = Mutex(FuzzTarget.all[0])

@main
enum Main {
  static let usage = """
    usage: Fuzz list                     names of the targets
           Fuzz unpack FILE FOLDER       kept inputs as files, which libFuzzer reads
           Fuzz pack FOLDER FILE         the files as kept inputs
           Fuzz replay FOLDER            all kept inputs of a folder once, without libFuzzer
           Fuzz TARGET [FLAG...] FOLDER  libFuzzer; -help=1 lists its flags
    """
  /// Has the target in processes that libFuzzer starts: it passes on no arguments but its own.
  static let variable = "FUZZ_TARGET"

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch (arguments.first, arguments.count) {
    case ("list", 1): print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
    case ("unpack", 3): try KeptInputs.unpack(arguments[2], into: arguments[3])
    case ("pack", 3): try KeptInputs.pack(arguments[2], into: arguments[3])
    case ("replay", 2): try replay(arguments[2])
    default:
      let inherited = ProcessInfo.processInfo.environment[variable]
      let named = arguments.first.flatMap(FuzzTarget.init(named:))
      guard let chosen = named ?? inherited.flatMap(FuzzTarget.init(named:)) else {
        FileHandle.standardError.write(Data((usage + "\n").utf8))
        exit(2)
      }
      target.withLock { $0 = chosen }
      // SAFETY: both strings end with a 0 in C, and are copied.
      _ = unsafe setenv(variable, chosen.name, 1)
      exit(fuzz(skipping: named == nil ? 0 : 1))
    }
  }

  /// Runs the kept inputs of all targets, and says how many there are.
  private static func replay(_ folder: String) throws {
    for target in FuzzTarget.all {
      let inputs = try KeptInputs.read("\(folder)/\(target.name).txt")
      for input in inputs { try target.run(input) }
      print("\(target.name): \(inputs.count) kept inputs")
    }
  }

  /// Gives the arguments to libFuzzer, but for some after the name of the program.
  private static func fuzz(skipping skipped: Int) -> CInt {
    var count = CommandLine.argc - CInt(skipped)
    // SAFETY: there are at least `skipped` arguments after the name of the program.
    unsafe CommandLine.unsafeArgv[skipped] = CommandLine.unsafeArgv[0]
    var arguments = unsafe CommandLine.unsafeArgv + skipped
    // SAFETY: libFuzzer keeps neither pointer.
    return unsafe LLVMFuzzerRunDriver(&count, &arguments) { data, size in
      // SAFETY: libFuzzer gives `size` octets.
      let input = unsafe [UInt8](UnsafeBufferPointer(start: data, count: size))
      let target = target.withLock { $0 }
      do { try target.run(input) } catch {
        FileHandle.standardError.write(Data("FINDING \(target.name): \(error)\n".utf8))
        abort()
      }
      return 0
    }
  }
}

extension FuzzTarget {
  fileprivate init?(named name: String) {
    guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}
