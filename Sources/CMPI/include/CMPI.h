// The few functions of MPI that ranks exchange numbers with, of whichever library started the program: Open MPI and
// MPICH name communicators and types differently in their binary interfaces.
#ifndef CMPI_H
#define CMPI_H

#include <stddef.h>

#define CMPI_MESSAGE_SIZE 256

// Opens the library and joins the other ranks. Returns 0 with a message if that is impossible.
int cmpi_join(char message[CMPI_MESSAGE_SIZE]);

// Below cmpi_count().
int cmpi_rank(void);

int cmpi_count(void);

// Gathers `bytes` of each rank, in their order. Where exchanging fails, MPI ends all ranks with a message.
void cmpi_gather(const void *own, void *all, int bytes);

// Sends the r-th part of `bytes` to rank r, and gathers what the ranks send here, in their order.
void cmpi_exchange(const void *parts, void *received, int bytes);

// Whether the following two may be called beside the others, from another thread.
int cmpi_has_background(void);

// As above, in an order of their own, while the cores compute something else.
void cmpi_gather_in_background(const void *own, void *all, int bytes);

void cmpi_exchange_in_background(const void *parts, void *received, int bytes);

// Whether the program waits for what is exchanged in the background, and leaves it a core.
void cmpi_hurry_background(int is_waited);

// Copies the first rank's bytes to all.
void cmpi_spread(void *bytes, int count);

// Leaves; to be called by all ranks.
void cmpi_leave(void);

#endif
