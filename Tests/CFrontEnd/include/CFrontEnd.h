#pragma once
// What a front end of vhost-user in a test needs and Swift cannot say.
#include <stddef.h>

// Sends octets with descriptors, without waiting. Returns the number of octets or a negative errno.
long front_end_send(
  int socket, const void *octets, size_t length, const int *descriptors, int count);
// Receives octets without waiting: their number, or a negative errno.
long front_end_receive(int socket, void *octets, size_t length);
// A file in memory.
int front_end_memory(void);
int front_end_event(void);
// A connected pair of unix stream sockets.
int front_end_pair(int sockets[2]);
// A socket that is connected to a path, or one that is bound to it; or a negative errno.
int front_end_connect(const char *path);
int front_end_bind(const char *path);
