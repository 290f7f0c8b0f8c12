/*
 * A guest that counts, in the simplest form that QEMU boots with -kernel (multiboot: 32 bits, flat, no
 * paging). It keeps the count twice, in registers and in memory, and writes every count into one page of
 * a ring. Before each step it compares all three. So whoever continues it with registers, count or pages of
 * another moment makes it say LOST and stop. Every LINE counts it writes to the serial port
 *
 *	COUNT SUM
 *
 * in hexadecimal, where SUM is made of the bytes that the host left at PATTERN. demo.py has the same figures.
 */
	.set	COUNT, 2 << 20
	.set	RING, 16 << 20
	.set	RING_PAGES, 4096
	.set	PATTERN, 128 << 20
	.set	PATTERN_SIZE, 4096
	.set	LINE, 1 << 20

	.set	UART, 0x3f8
	.set	UART_STATUS, UART + 5
	.set	UART_READY, 0x20
	.set	MULTIBOOT, 0x1badb002

	.text
	.long	MULTIBOOT, 0, -MULTIBOOT

/* %edi:%esi is the count, from here to the end. */
	.globl	start
start:	mov	$stack, %esp
	xor	%esi, %esi
	xor	%edi, %edi
	mov	%esi, COUNT
	mov	%edi, COUNT + 4
	/* As if a round of the ring had gone before. */
	mov	$RING, %ebx
	mov	$-RING_PAGES, %eax
fill:	mov	%eax, (%ebx)
	add	$4096, %ebx
	inc	%eax
	jnz	fill

step:	cmp	%esi, COUNT
	jne	lost
	cmp	%edi, COUNT + 4
	jne	lost
	mov	%esi, %ebx
	and	$RING_PAGES - 1, %ebx
	shl	$12, %ebx
	lea	-RING_PAGES(%esi), %eax
	cmp	%eax, RING(%ebx)
	jne	lost
	mov	%esi, RING(%ebx)
	add	$1, %esi
	adc	$0, %edi
	mov	%esi, COUNT
	mov	%edi, COUNT + 4
	test	$LINE - 1, %esi
	jnz	step

	mov	%edi, %eax
	call	write_number
	mov	%esi, %eax
	call	write_number
	mov	$' ', %al
	call	write
	xor	%eax, %eax
	mov	$PATTERN, %ebx
sum:	rol	$1, %eax
	add	(%ebx), %eax
	add	$4, %ebx
	cmp	$PATTERN + PATTERN_SIZE, %ebx
	jb	sum
	call	write_number
	mov	$'\n', %al
	call	write
	jmp	step

lost:	mov	$message, %ebx
1:	mov	(%ebx), %al
	call	write
	inc	%ebx
	cmp	$message_end, %ebx
	jb	1b
	cli
	hlt

/* Writes %eax as eight digits; spoils %eax, %ebx, %ecx and %edx. */
write_number:
	mov	$8, %ecx
1:	rol	$4, %eax
	mov	%eax, %ebx
	and	$15, %eax
	mov	digits(%eax), %al
	call	write
	mov	%ebx, %eax
	loop	1b
	ret

/* Writes the character %al once the port has room; spoils %ah and %edx. */
write:	mov	%al, %ah
	mov	$UART_STATUS, %dx
1:	in	%dx, %al
	test	$UART_READY, %al
	jz	1b
	mov	%ah, %al
	mov	$UART, %dx
	out	%al, %dx
	ret

digits:	.ascii	"0123456789abcdef"
message:
	.ascii	"LOST\n"
message_end:
	.bss
	.skip	4096
stack:
