#if os(Linux)
  import Foundation
  import XCTest

  /// Kernels and the initramfs of the test guests, which the scripts in `Tests/Guests` make.
  public enum GuestKit {
    /// The kernels that there can be.
    public enum Kernel: String {
      /// Built from Debian's source: with USO, and with time travel.
      case own = "6.12"
      /// Debian's package of user-mode Linux: without both.
      case debian
      /// Debian's kernel for virtual machines, in QEMU.
      case cloud
    }

    /// The path of a kernel.
    ///
    /// Skips the running test if there is none. Kernels are not made within a test, which would
    /// take minutes: `.ci/run guests` makes them before.
    public static func kernel(_ kernel: Kernel) throws -> String {
      try script("kernel", ["--cached", kernel.rawValue])
    }

    /// The path of the initramfs, which is built if it is not there.
    ///
    /// Skips the running test if it cannot be built.
    public static func initramfs(for kernel: Kernel) throws -> String {
      try script("initramfs", [kernel.rawValue])
    }

    /// The path of an initramfs with a file of frames that the guest sends, beside that file.
    public static func initramfs(for kernel: Kernel, frames: String) throws -> String {
      try script("initramfs", [kernel.rawValue, frames, "\(frames).initramfs"])
    }

    /// The library that makes the random numbers of the host those of a counter.
    public static func norandom() throws -> String { try script("norandom", []) }

    private static func script(_ name: String, _ arguments: [String]) throws -> String {
      if ProcessInfo.processInfo.environment["VNIC_TEST_GUESTS"] == "0" {
        throw XCTSkip("VNIC_TEST_GUESTS is 0")
      }
      guard let shell = findTool("bash") else { throw XCTSkip("guests need bash") }
      let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Guests").appendingPathComponent(name).path
      let result = try runTool(shell, [path] + arguments)
      let reason = result.errorText.trimmingCharacters(in: .whitespacesAndNewlines)
      if result.status == 3 || result.status == 127 { throw XCTSkip(reason) }
      XCTAssertEqual(result.status, 0, reason)
      return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  /// A guest that runs, with all its processes, which end with this object.
  public final class Guest {
    private let process = Process()
    private let console: URL

    /// Starts a guest, whose kernel gets the arguments of `Tests/Guests/guest/main.c` and its own.
    ///
    /// Its files go to `folder`, where the socket with its name is.
    public convenience init(
      _ name: String, _ kernel: GuestKit.Kernel, frames: String? = nil, folder: TemporaryFolder,
      _ arguments: [String], preload: String? = nil
    ) throws {
      let path = try GuestKit.kernel(kernel)
      let initramfs =
        try frames.map { try GuestKit.initramfs(for: kernel, frames: $0) }
        ?? GuestKit.initramfs(for: kernel)
      let command =
        kernel == .cloud
        ? try GuestCommand.qemu(name, kernel: path, initramfs: initramfs, arguments)
        : try GuestCommand.userMode(
          name, kernel: path, initramfs: initramfs, arguments, preload: preload)
      try self.init(name, command, folder: folder)
    }

    /// Starts what a command says.
    public init(_ name: String, _ command: GuestCommand, folder: TemporaryFolder) throws {
      console = folder.url.appendingPathComponent("\(name).log")
      try folder.write([], "\(name).log")
      process.currentDirectoryURL = folder.url
      process.executableURL = command.program
      process.arguments = command.arguments
      // The memory of the guest is a file there, which no name leads to.
      let fast = FileManager.default.isWritableFile(atPath: "/dev/shm")
      process.environment = [
        "TMPDIR": fast ? "/dev/shm" : folder.url.path, "HOME": folder.url.path,
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
      ]
      process.environment?.merge(command.environment) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: console)
      process.standardError = try FileHandle(forWritingTo: console)
      try process.run()
    }

    deinit { end() }

    /// Whether the guest has not ended.
    public var isRunning: Bool { process.isRunning }

    /// Ends all processes of the guest: they are one group.
    public func end() {
      guard process.isRunning else { return }
      let number = process.processIdentifier
      // Never the group of this process.
      if getpgid(number) == number { kill(-number, SIGKILL) } else { kill(number, SIGKILL) }
      process.waitUntilExit()
    }

    /// What the guest has written to its console.
    public var text: String { (try? String(contentsOf: console, encoding: .utf8)) ?? "" }

    /// The lines that `main.c` of the guest wrote.
    public var lines: [String] {
      text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("vnic: ") }
        .map { String($0.dropFirst(6)) }
    }
  }
#endif
