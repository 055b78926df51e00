;; A melody from a table of transitions: each note is followed by one of its successors.
(define successors
  '((c d e g) (d c e f) (e d f g c) (f e g a) (g c e a) (a g f)))
(define pitches '((c . 60) (d . 62) (e . 64) (f . 65) (g . 67) (a . 69)))

;; A generator of our own, so that the melody is the same everywhere.
(define seed 7)
(define (pick choices)
  (set! seed (modulo (* seed 16807) 2147483647))
  (choices (modulo (quotient seed 16) (length choices))))

(define (melody start count)
  (let loop ((note start) (left count) (notes ()))
    (if (= left 0)
        (reverse notes)
        (loop (pick (cdr (assq note successors))) (- left 1) (cons note notes)))))

(let ((notes (melody 'c 16)))
  (format #t "~{~A~^ ~}~%" notes)
  (format #t "~{~D~^ ~}~%" (map (lambda (note) (cdr (assq note pitches))) notes)))
