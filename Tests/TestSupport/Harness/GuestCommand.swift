#if os(Linux)
  public import Foundation
  import XCTest

  /// How the kernel of a guest is started, in the folder that has its socket.
  public struct GuestCommand {
    /// What is started.
    public var program: URL
    /// The arguments of the program.
    public var arguments: [String]
    /// Variables beside those of every guest.
    public var environment: [String: String] = [:]

    /// A user-mode Linux, which is a process like others.
    ///
    /// All paths on the command line are relative to its folder, because the kernel mixes its
    /// command line into its random numbers. With a `preload` the kernel is alike in every run.
    public static func userMode(
      _ name: String, kernel: String, initramfs: String, _ arguments: [String],
      preload: String? = nil
    ) throws -> Self {
      var command = Self(
        program: URL(fileURLWithPath: kernel),
        arguments: [
          "mem=96M", "umid=\(name)", "uml_dir=.", "initrd=\(initramfs)", "con=null",
          "con0=null,fd:1", "quiet", "panic=1", "virtio_uml.device=\(name):1",
        ] + arguments)
      guard let preload else { return command }
      guard let tool = findTool("setarch") else { throw XCTSkip("virtual time needs setarch") }
      command.program = tool
      command.arguments.insert(contentsOf: ["-R", kernel], at: 0)
      command.environment["LD_PRELOAD"] = preload
      return command
    }

    /// QEMU without KVM, which needs nothing of the machine and is slow.
    ///
    /// With interrupt vectors of its own for each queue QEMU 7.2 does not start the device.
    public static func qemu(
      _ name: String, kernel: String, initramfs: String, _ arguments: [String]
    ) throws -> Self {
      let package = "apt-get install --no-install-recommends qemu-system-x86"
      guard let tool = findTool("qemu-system-x86_64") else {
        throw XCTSkip("no qemu-system-x86_64: \(package)")
      }
      let line = ["console=ttyS0", "quiet", "panic=-1", "pci=nomsi"] + arguments
      return Self(
        program: tool,
        arguments: [
          "-accel", "tcg", "-cpu", "max", "-m", "256", "-machine", "pc,memory-backend=m",
          "-object", "memory-backend-memfd,id=m,size=256M,share=on", "-nodefaults",
          "-no-user-config", "-no-reboot", "-display", "none",
          "-chardev", "stdio,id=s,signal=off", "-serial", "chardev:s",
          "-kernel", kernel, "-initrd", initramfs, "-append", line.joined(separator: " "),
          "-chardev", "socket,id=c,path=\(name)", "-netdev", "vhost-user,id=n,chardev=c",
          "-device", "virtio-net-pci,netdev=n,vectors=0",
        ])
    }
  }
#endif
