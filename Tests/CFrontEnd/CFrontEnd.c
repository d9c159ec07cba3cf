#define _GNU_SOURCE
#include "CFrontEnd.h"
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

long front_end_send(
  int socket, const void *octets, size_t length, const int *descriptors, int count) {
  union {
    char octets[CMSG_SPACE(64 * sizeof(int))];
    struct cmsghdr alignment;
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {(void *)octets, length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0 && count <= 64) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *h = CMSG_FIRSTHDR(&message);
    h->cmsg_level = SOL_SOCKET;
    h->cmsg_type = SCM_RIGHTS;
    h->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(h), descriptors, count * sizeof(int));
  }
  long sent = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? -errno : sent;
}

long front_end_receive(int socket, void *octets, size_t length) {
  long count = recv(socket, octets, length, MSG_DONTWAIT);
  return count < 0 ? -errno : count;
}

int front_end_memory(void) { return memfd_create("front end", MFD_CLOEXEC); }
int front_end_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
int front_end_pair(int sockets[2]) {
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets);
}

static int open_socket(
  const char *path, int (*use)(int, const struct sockaddr *, socklen_t)) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (use(s, (struct sockaddr *)&address, sizeof address) == 0) return s;
  int error = errno;
  close(s);
  return -error;
}

int front_end_connect(const char *path) { return open_socket(path, connect); }
int front_end_bind(const char *path) { return open_socket(path, bind); }
