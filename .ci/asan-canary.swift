// Reads one octet too many, in the C kernel and nowhere else: AddressSanitizer ends this program with
// a report if it sees the kernel. It prints a sum if not.
let octets = UnsafeMutablePointer<UInt8>.allocate(capacity: 7)
octets.initialize(repeating: 1, count: 7)
if csum_has_avx2() {
  print(csum_avx2_rest(nil, octets, 8))
} else {
  print("AddressSanitizer: this processor has no such kernel")
}
