// SPDX-License-Identifier: Apache-2.0
/* Numbers of 32-bit system calls, from the kernel's own header of them, which names them as the 64-bit one does. */
#if defined(__x86_64__)
#include <asm/unistd_32.h>
#endif
#include "system/tables.h"

/* Where the old call of the same name has other arguments, and the new one has another name. */
#if defined(__x86_64__)
#undef __NR_mmap
#undef __NR_select
#undef __NR_clone
#define __NR_clone 120
#undef __NR_sigaction
#endif

struct pair {
	u16 compat, native;
};
static const struct pair PAIRS[] = {
#if defined(__x86_64__)
#include "compat.inc"
	{192, 9}, /* mmap2: offset in pages */
	{142, 23}, /* _newselect */
	{195, 4}, {196, 6}, {197, 5}, /* stat64, lstat64, fstat64 */
	{300, 262}, /* fstatat64 */
	{221, 72}, /* fcntl64 */
	{239, 40}, /* sendfile64 */
	{182, 92}, {198, 94}, {207, 93}, {212, 92}, /* chown, and the three with 32-bit ids */
	{199, 102}, {200, 104}, {201, 107}, {202, 108}, /* get*id32 */
	{203, 113}, {204, 114}, {208, 117}, {209, 118}, {210, 119}, {211, 120}, {213, 105}, {214, 106},
	{191, 97}, /* ugetrlimit */
	{407, 230}, /* clock_nanosleep_time64 */
	{414, 271}, /* ppoll_time64 */
	{417, 299}, /* recvmmsg_time64 */
	{422, 202}, /* futex_time64 */
#endif
	{0xffff, 0xffff},
};

u16 native_number(u32 compat_number)
{
	/* Later rows win: they correct what the names alone would say. */
	for (size_t i = sizeof(PAIRS) / sizeof(PAIRS[0]) - 1; i-- > 0;)
		if (PAIRS[i].compat == compat_number)
			return PAIRS[i].native;
	return 0xffff;
}
