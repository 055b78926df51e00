;; Euclidean rhythms: k onsets spread over n steps as evenly as they go (Toussaint 2005).
(define (euclid onsets steps)
  (map (lambda (i) (if (< (modulo (* i onsets) steps) onsets) 1 0)) (range steps)))

(define (rotate l n)
  (if (= n 0) l (rotate (append (cdr l) (list (car l))) (- n 1))))

(define (show name rhythm)
  (format #t "~A ~{~A~}~%" name (map (lambda (step) (if (= step 1) "x" ".")) rhythm)))

(show "tresillo  " (euclid 3 8))
(show "cinquillo " (euclid 5 8))
(show "bell      " (rotate (euclid 7 12) 2))
(show "aksak     " (euclid 4 9))
